/* A new bot: from a template, from nothing, or from a file. */
import { Button, Modal, Tabs, Textarea, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { FileUp, LayoutTemplate } from "lucide-react"
import { type DragEvent, type FormEvent, useRef, useState } from "react"
import { useLocation } from "wouter"
import type { Bot } from "../../../document/index.ts"
import { type Issue, readIssues, slug } from "../../../document/index.ts"
import { call, Problem, sentence } from "../../../ui/api.ts"
import { t } from "../../../ui/t.ts"
import { MiniCanvas } from "./MiniCanvas.tsx"

interface Template {
  id: string
  name: string
  summary: string
  document: Bot
}

/** A bot file is 5 MiB at most; what is larger is not even sent. */
const LARGEST = 5 * 1024 * 1024

const EMPTY: Bot = {
  branchline: 1,
  bot: "",
  start: "welcome",
  nodes: {
    welcome: {
      label: "Welcome",
      actions: [{ do: "send_message", text: "Hello! How can I help?" }],
      exit: { do: "end" },
    },
  },
}

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
    <Modal opened onClose={close} size={760} title={t("new.title")}>
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
          <div className="problem" role="alert">
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

interface Part {
  create: (body: Record<string, unknown>) => Promise<void>
  busy: boolean
}

function FromTemplate({ create, busy, taken }: Part & { taken: readonly string[] }) {
  const templates = useQuery({
    queryKey: ["templates"],
    queryFn: () => call<{ templates: Template[] }>("GET", "/templates"),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [chosen, setChosen] = useState("")
  const [typed, setTyped] = useState<string | null>(null)
  const all = [
    { id: "", name: t("new.empty"), summary: t("new.empty.text"), document: EMPTY },
    ...(templates.data?.templates ?? []),
  ]
  const template = all.find(each => each.id === chosen) ?? all[0]!
  const name = typed ?? (template.id ? template.name : "")
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const bot = free(slug(name).replaceAll("_", "-") || "bot", taken)
    const document = { ...template.document, bot, name: name.trim() }
    void create(template.id ? { bot, name: name.trim(), template: template.id } : { bot, name: name.trim(), document })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <fieldset className="templates" aria-label={t("new.template")}>
        {all.map(each => (
          <button
            key={each.id}
            type="button"
            className="plain template"
            aria-pressed={each.id === chosen}
            onClick={() => setChosen(each.id)}
          >
            <MiniCanvas bot={each.document} />
            <strong>{each.name}</strong>
            <span className="dim small">{each.summary}</span>
          </button>
        ))}
      </fieldset>
      <TextInput
        label={t("new.name")}
        placeholder={t("new.name.example")}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={200}
        value={name}
        onChange={event => setTyped(event.currentTarget.value)}
      />
      <div className="row">
        <span className="grow" />
        <Button type="submit" loading={busy} disabled={!name.trim()}>
          {t("new.do")}
        </Button>
      </div>
    </form>
  )
}

function free(wanted: string, taken: readonly string[]): string {
  const base = wanted.slice(0, 58).replace(/-+$/, "")
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!taken.includes(name)) return name
  }
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
