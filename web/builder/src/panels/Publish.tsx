/* Publishing: what changes in words, what is still open, whether the tests pass, and who goes on with the version before. */
import { Button, Checkbox, Modal, Textarea } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, CircleX } from "lucide-react"
import { useMemo, useState } from "react"
import { compare } from "../../../document/compare.ts"
import { readIssues } from "../../../document/index.ts"
import { call, Problem, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Waiting } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { publishing } from "../../../ui/words/publishing.ts"
import { goToIssue } from "../commands/all.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { ranQuery, Sum, testsQuery } from "../test/ran.tsx"
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
  const tests = useQuery(testsQuery(name))
  const count = tests.data?.walks.length ?? 0
  const ran = useQuery({ ...ranQuery(name, revision), enabled: saved && count > 0 })
  /** The revision whose failing tests somebody looked at, and publishes all the same. */
  const [anyway, setAnyway] = useState(0)
  const testing = tests.isPending || ran.isFetching
  const held = Boolean(ran.data?.failed) && anyway !== revision
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
      notify(t("publish.done", { version: String(made.version) }), {
        action: {
          label: t("publish.talk"),
          run: () => void window.open(`/chat/${encodeURIComponent(name)}`, "_blank"),
        },
      })
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
        {count > 0 && (
          <section className="stack tight" aria-label={t("publish.tests")}>
            <div className="row">
              <h2 className="grow">{t("publish.tests")}</h2>
              <Button
                size="compact-sm"
                variant="default"
                loading={ran.isFetching}
                disabled={!saved}
                onClick={() => void ran.refetch()}
              >
                {t("try.tests.run")}
              </Button>
            </div>
            {ran.isFetching && <p className="dim">{t("publish.tests.running", { count })}</p>}
            {ran.isError && !ran.isFetching && <p className="problem">{sentence(ran.error)}</p>}
            {ran.data && !ran.isFetching && (
              <>
                <Sum ran={ran.data} />
                <ul className="plain-list stack tight scrolling">
                  {ran.data.walks
                    .filter(walk => !walk.passed)
                    .map(walk => (
                      <li key={walk.name} className="try-test">
                        <strong className="row">
                          <CircleX size={15} className="try-bad" aria-hidden /> {walk.name}
                        </strong>
                        {walk.problems.map(found => (
                          <p key={found} className="try-bad">
                            {found}
                          </p>
                        ))}
                      </li>
                    ))}
                </ul>
                {ran.data.failed > 0 && (
                  <Checkbox
                    label={t("publish.anyway", { count: ran.data.failed })}
                    checked={anyway === revision}
                    onChange={event => setAnyway(event.currentTarget.checked ? revision : 0)}
                  />
                )}
              </>
            )}
          </section>
        )}
        {tests.data && count === 0 && <p className="dim">{t("publish.tests.none")}</p>}
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
          <Button
            loading={busy}
            disabled={!saved || testing || held || errors.length > 0}
            onClick={() => void publish()}
          >
            {!saved ? t("publish.wait") : testing ? t("publish.testing") : t("publish.do")}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
