/* A new bot: from a template, from nothing, or from a file. */
import { Button, Modal, Tabs, Textarea } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { FileUp, LayoutTemplate } from "lucide-react"
import { type DragEvent, useRef, useState } from "react"
import { useLocation } from "wouter"
import { type Issue, readIssues } from "../../../document/index.ts"
import { call, Problem, sentence } from "../../../ui/api.ts"
import { t } from "../../../ui/t.ts"
import { FromTemplate } from "./Templates.tsx"

/** A bot file is 5 MiB at most; what is larger is not even sent. */
const LARGEST = 5 * 1024 * 1024

export function NewBot({ close, taken }: { close: () => void; taken: readonly string[] }) {
  const [, go] = useLocation()
  const client = useQueryClient()
  const [problem, setProblem] = useState<{ text: string; issues: Issue[] } | null>(null)
  const [busy, setBusy] = useState(false)
  const create = async (body: Record<string, unknown>) => {
    setBusy(true)
    setProblem(null)
    try {
      const made = await call<{ bot: string }>("POST", "/bots", { body })
      await client.invalidateQueries({ queryKey: ["bots"] })
      close()
      go(`/bots/${made.bot}`)
    } catch (failure) {
      const issues = failure instanceof Problem ? readIssues(failure.meta.issues) : []
      setProblem({ text: sentence(failure), issues })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} size={1060} title={t("new.title")}>
      <Tabs defaultValue="template" onChange={() => setProblem(null)}>
        <Tabs.List>
          <Tabs.Tab value="template" leftSection={<LayoutTemplate size={15} aria-hidden />}>
            {t("new.template")}
          </Tabs.Tab>
          <Tabs.Tab value="file" leftSection={<FileUp size={15} aria-hidden />}>
            {t("new.file")}
          </Tabs.Tab>
        </Tabs.List>
        {problem && (
          <div className="problem apart" role="alert">
            {problem.text}
            <ul className="issue-list">
              {problem.issues.map(issue => (
                <li key={`${issue.pointer} ${issue.line} ${issue.code}`}>
                  {issue.line
                    ? `${t("new.line", { line: String(issue.line), column: String(issue.column ?? 1) })} `
                    : ""}
                  {issue.message}
                </li>
              ))}
            </ul>
          </div>
        )}
        <Tabs.Panel value="template" pt="md">
          <FromTemplate create={create} busy={busy} taken={taken} />
        </Tabs.Panel>
        <Tabs.Panel value="file" pt="md">
          <FromFile create={create} busy={busy} />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  )
}

/** What both ways are given. */
export interface Part {
  create: (body: Record<string, unknown>) => Promise<void>
  busy: boolean
}

function FromFile({ create, busy }: Part) {
  const input = useRef<HTMLInputElement>(null)
  const [source, setSource] = useState("")
  const [over, setOver] = useState(false)
  const [tooLarge, setTooLarge] = useState("")
  const take = (text: string) => {
    if (text.length > LARGEST) {
      setTooLarge(t("new.too_large", { size: String(Math.ceil(text.length / 1_048_576)) }))
      return
    }
    setTooLarge("")
    setSource(text)
  }
  const read = async (file: File | undefined) => {
    if (!file) return
    if (file.size > LARGEST) setTooLarge(t("new.too_large", { size: String(Math.ceil(file.size / 1_048_576)) }))
    else take(await file.text())
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void read(event.dataTransfer.files[0])
  }
  return (
    <form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        void create({ source })
      }}
    >
      <section
        className={over ? "drop over" : "drop"}
        aria-label={t("new.drop")}
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span>{t("new.drop")}</span>
        <Button variant="default" onClick={() => input.current?.click()}>
          {t("new.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".yaml,.yml,.json"
          onChange={event => void read(event.currentTarget.files?.[0])}
        />
      </section>
      {tooLarge && (
        <p className="problem" role="alert">
          {tooLarge}
        </p>
      )}
      <Textarea
        label={t("new.paste")}
        className="mono-field"
        rows={10}
        spellCheck={false}
        value={source}
        onChange={event => take(event.currentTarget.value)}
        onPaste={event => {
          const text = event.clipboardData.getData("text/plain")
          if (text.length <= LARGEST) return
          event.preventDefault()
          take(text)
        }}
      />
      <div className="row">
        <span className="grow dim small">{t("new.file.text")}</span>
        <Button type="submit" loading={busy} disabled={!source.trim()}>
          {t("new.import")}
        </Button>
      </div>
    </form>
  )
}
