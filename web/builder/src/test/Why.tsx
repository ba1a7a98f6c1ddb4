/* Why did it go there? Every turn, newest first: what happened, which way, and each comparison as it was seen. */
import { Undo2 } from "lucide-react"
import { has, titleOf } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { type Key, t } from "../../../ui/t.ts"
import { useBot, useEditorStore } from "../editing/store.ts"
import { attempt } from "./attempt.ts"
import { back, type Told, useTrial } from "./trial.ts"

export function Why() {
  const turns = useTrial(state => state.view?.turns)
  if (!turns?.length) return <p className="dim">{t("try.why.none")}</p>
  return (
    <ol className="plain-list stack try-turns">
      {[...turns].reverse().map(turn => (
        <Turn key={turn.number} turn={turn} />
      ))}
    </ol>
  )
}

const MAY_GO_BACK = new Set(["said", "chosen", "file", "silence"])

function Turn({ turn }: { turn: Told }) {
  return (
    <li className="try-turn">
      <div className="row">
        <strong className="grow">{t(`try.turn.${turn.event}` as Key, { said: turn.said })}</strong>
        {MAY_GO_BACK.has(turn.event) && (
          <IconButton
            icon={Undo2}
            size={24}
            label={t("try.turn.back")}
            onClick={() => void attempt(back(turn.number))}
          />
        )}
      </div>
      {turn.notes.map(note => (
        <p key={note} className="dim">
          {note}
        </p>
      ))}
      {turn.calls.map(asked => (
        <p key={`${asked.action} ${asked.status}`} className={asked.status === "failed" ? "try-bad" : "dim"}>
          {asked.status === "asked" ? t("try.asked", { endpoint: asked.endpoint }) : asked.words} {asked.detail}
        </p>
      ))}
      <ul className="plain-list">
        {turn.moves.map((move, index) => (
          <li key={index}>
            <Node name={move.to} /> <span className="dim">{move.words}</span>
            {turn.routes
              .filter(route => route.node === move.origin && route.to === move.to)
              .map(route => (
                <ol key={route.node} className="plain-list try-cases">
                  {route.cases.map(each => (
                    <li key={each.case}>
                      <span className={each.holds ? "chip tiny ok" : "chip tiny"}>
                        {t("try.case", { number: each.case + 1 })}: {each.holds ? t("try.yes") : t("try.no")}
                      </span>
                      {each.comparisons.map(compared => (
                        <span key={compared.words} className="try-compared">
                          {compared.words}
                        </span>
                      ))}
                    </li>
                  ))}
                </ol>
              ))}
          </li>
        ))}
      </ul>
      {turn.data.map(change => (
        <p key={change.name} className="try-change">
          {change.words}
        </p>
      ))}
    </li>
  )
}

/** A node that can be gone to. */
function Node({ name }: { name: string }) {
  const store = useEditorStore()
  const bot = useBot()
  if (!has(bot, name)) return <strong>{name}</strong>
  return (
    <button
      type="button"
      className="plain link"
      onClick={() => {
        store.getState().select({ nodes: [name] })
        store.getState().show([name])
      }}
    >
      {titleOf(bot, name)}
    </button>
  )
}
