/* What the check found, as sentences, each with one thing to do about it. */
import { AlertTriangle, ChevronDown, ChevronUp, CircleAlert, CircleCheck } from "lucide-react"
import { type MouseEvent, memo, useMemo, useState } from "react"
import { type Issue, nodeOfIssue, titleOf } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { goToIssue } from "../commands/all.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { fixOf } from "./fixes.ts"

const SHOWN = 100

export function IssuesPanel() {
  const store = useEditorStore()
  const issues = useEditor(editor => editor.issues)
  const open = useEditor(editor => editor.issuesOpen)
  const dirty = useEditor(editor => editor.history.bot !== editor.savedBot)
  const [all, setAll] = useState(false)
  const errors = issues.filter(issue => issue.severity === "error").length
  const warnings = issues.length - errors
  const sorted = useMemo(
    () => [...issues].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning")),
    [issues],
  )
  return (
    <section className="issues" aria-label={t("issues.title")}>
      <button
        type="button"
        className="plain issues-head"
        aria-expanded={open}
        onClick={() => store.getState().set({ issuesOpen: !open })}
      >
        <h2>{t("issues.title")}</h2>
        {errors > 0 && <span className="chip bad">{t("issues.errors", { count: errors })}</span>}
        {warnings > 0 && <span className="chip warn">{t("issues.warnings", { count: warnings })}</span>}
        {issues.length === 0 && (
          <span className="chip ok">
            <CircleCheck size={13} aria-hidden /> {t("issues.none")}
          </span>
        )}
        <span className="grow" />
        <span className="dim small">{dirty ? t("issues.checking") : t("issues.checked")}</span>
        {open ? <ChevronDown size={16} aria-hidden /> : <ChevronUp size={16} aria-hidden />}
      </button>
      {open && issues.length > 0 && (
        <ul>
          {sorted.slice(0, all ? undefined : SHOWN).map((issue, index) => (
            <Item key={index} issue={issue} />
          ))}
          {sorted.length > SHOWN && !all && (
            <li>
              <button type="button" className="plain link" onClick={() => setAll(true)}>
                {t("issues.all", { count: sorted.length })}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}

const Item = memo(function Item({ issue }: { issue: Issue }) {
  const store = useEditorStore()
  const title = useEditor(({ history: { bot } }) => {
    const name = nodeOfIssue(bot, issue)
    return name === undefined ? undefined : titleOf(bot, name)
  })
  return (
    <li>
      {issue.severity === "error" ? (
        <CircleAlert size={16} className="mark-icon bad" role="img" aria-label={t("issues.error")} />
      ) : (
        <AlertTriangle size={16} className="mark-icon warn" role="img" aria-label={t("issues.warning")} />
      )}
      <button type="button" className="plain issue-text" onClick={() => goToIssue(store, issue)}>
        {issue.message}
        {title !== undefined && <span className="dim"> {title}</span>}
      </button>
      <Fix issue={issue} />
    </li>
  )
})

function Fix({ issue }: { issue: Issue }) {
  const store = useEditorStore()
  const readOnly = useEditor(editor => editor.readOnly)
  const label = useEditor(() => (readOnly ? undefined : fixOf(store, issue)?.label))
  const run = (event: MouseEvent<HTMLButtonElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const fix = readOnly ? undefined : fixOf(store, issue)
    if (fix) fix.run([left, top])
    else goToIssue(store, issue)
  }
  return (
    <button type="button" className="plain link" onClick={run}>
      {label ?? t("issues.show")}
    </button>
  )
}
