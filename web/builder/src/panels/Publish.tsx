/* Publishing: what changes in words, what is still open, and who goes on with the version before. */
import { Button, Modal, Textarea } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useMemo, useState } from "react"
import { compare, readIssues } from "../../../document/index.ts"
import { call, Problem, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Waiting } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { publishing } from "../../../ui/words/publishing.ts"
import { goToIssue } from "../commands/all.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { Changes } from "./Changes.tsx"
import { versionQuery, versionsQuery } from "./versions.ts"

learn(publishing)

export function Publish() {
  const store = useEditorStore()
  const client = useQueryClient()
  const bot = useBot()
  const name = useEditor(editor => editor.bot)
  const issues = useEditor(editor => editor.issues)
  const revision = useEditor(editor => editor.revision)
  const saved = useEditor(editor => editor.saving.state === "saved" && editor.history.bot === editor.savedBot)
  const versions = useQuery(versionsQuery(name))
  const newest = versions.data?.[0]
  const before = useQuery({ ...versionQuery(name, newest?.number ?? 0), enabled: newest !== undefined })
  const changes = useMemo(() => (before.data ? compare(before.data.document, bot) : []), [before.data, bot])
  const [note, setNote] = useState("")
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState("")
  const errors = issues.filter(issue => issue.severity === "error")
  const warnings = issues.length - errors.length
  const running = versions.data?.reduce((sum, version) => sum + version.running, 0) ?? 0
  const close = () => store.getState().set({ dialog: null })
  const publish = async () => {
    setBusy(true)
    setProblem("")
    try {
      const made = await call<{ version: number }>("POST", `/bots/${encodeURIComponent(name)}/publish`, {
        body: { revision, note: note.trim() },
      })
      await client.invalidateQueries({ queryKey: ["versions", name] })
      await client.invalidateQueries({ queryKey: ["bots"] })
      close()
      notify(t("publish.done", { version: String(made.version) }))
    } catch (failure) {
      if (failure instanceof Problem && failure.meta.issues) store.setState({ issues: readIssues(failure.meta.issues) })
      setProblem(sentence(failure))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} size={600} title={t("publish.title")}>
      <div className="stack">
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {errors.length > 0 && (
          <div className="problem">
            <strong>{t("publish.errors", { count: errors.length })}</strong>
            <ul className="plain-list">
              {errors.slice(0, 5).map((issue, index) => (
                <li key={index} className="row">
                  <CircleAlert size={14} aria-hidden />
                  <button
                    type="button"
                    className="plain"
                    onClick={() => {
                      close()
                      goToIssue(store, issue)
                    }}
                  >
                    {issue.message}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {versions.isPending || (newest && before.isPending) ? (
          <Waiting />
        ) : newest ? (
          <section aria-label={t("publish.changes", { version: String(newest.number) })}>
            <h2>{t("publish.changes", { version: String(newest.number) })}</h2>
            <div className="scrolling">
              <Changes changes={changes} />
            </div>
          </section>
        ) : (
          <p>{t("publish.first")}</p>
        )}
        {warnings > 0 && <p className="dim">{t("publish.warnings", { count: warnings })}</p>}
        {running > 0 && <p className="dim">{t("publish.running", { count: running })}</p>}
        <Textarea
          data-autofocus
          label={t("publish.note")}
          placeholder={t("publish.note.example")}
          rows={2}
          maxLength={1_000}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
        />
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            {t("dialog.cancel")}
          </Button>
          <Button loading={busy} disabled={!saved || errors.length > 0} onClick={() => void publish()}>
            {saved ? t("publish.do") : t("publish.wait")}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
