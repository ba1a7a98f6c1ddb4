/* What changed between two bots, in words; with the text before and after where there is one. */

import { difference } from "../../../document/diff.ts"
import type { Change } from "../../../document/index.ts"
import { has } from "../../../document/index.ts"
import { type Key, learn, t, word } from "../../../ui/t.ts"
import { changes as words } from "../../../ui/words/changes.ts"
import { useBot, useEditorStore } from "../editing/store.ts"

learn(words)

export function Changes({ changes }: { changes: readonly Change[] }) {
  const store = useEditorStore()
  const bot = useBot()
  if (!changes.length) return <p className="dim">{t("changes.none")}</p>
  return (
    <ul className="changes">
      {changes.map((change, index) => {
        const name = change.node
        return (
          <li key={index}>
            <span className={`chip tiny change-${change.kind}`}>{t(`change.${change.kind}`)}</span>
            <div className="grow">
              {name !== undefined && has(bot, name) ? (
                <button
                  type="button"
                  className="plain change-words"
                  onClick={() => {
                    store.getState().select({ nodes: [name] })
                    store.getState().show([name])
                  }}
                >
                  {changeWords(change)}
                </button>
              ) : (
                <span>{changeWords(change)}</span>
              )}
              {(change.before || change.after) && (
                <details>
                  <summary>{t("changes.texts")}</summary>
                  <pre className="diff">
                    {difference(change.before ?? "", change.after ?? "").map((piece, at) =>
                      piece.kind === "gone" ? (
                        <del key={at}>{piece.text}</del>
                      ) : piece.kind === "new" ? (
                        <ins key={at}>{piece.text}</ins>
                      ) : (
                        piece.text
                      ),
                    )}
                  </pre>
                </details>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

export function changeWords({ verb, values }: Change): string {
  const filled = { ...values }
  for (const key of ["action", "exit"])
    if (filled[key] !== undefined) filled[key] = word(String(filled[key]), String(filled[key]))
  if (filled.setting !== undefined) filled.setting = word(`setting.${filled.setting}`, String(filled.setting))
  return t(`changes.${verb}` as Key, filled)
}
