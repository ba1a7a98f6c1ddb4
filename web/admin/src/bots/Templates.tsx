/* A bot from a template, which can be played before it is chosen: the real chat, and the way that it takes. */
import { Button, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Play, RotateCcw } from "lucide-react"
import { type FormEvent, useEffect, useState } from "react"
import { TryChat } from "../../../builder/src/test/TryChat.tsx"
import { type Bot, nodeNames, slug, titleOf } from "../../../document/index.ts"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { trying } from "../../../ui/words/trying.ts"
import { may, useMe } from "../state.ts"
import { MiniCanvas } from "./MiniCanvas.tsx"
import type { Part } from "./NewBot.tsx"
import "../../../builder/src/test/test.css"

learn(trying)

type Begun = components["schemas"]["Begun"]
type View = components["schemas"]["View"]

interface Template {
  id: string
  name: string
  summary: string
  document: Bot
}

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

export function FromTemplate({ create, busy, taken }: Part & { taken: readonly string[] }) {
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
      <div className="choosing">
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
        <Stage key={template.id} template={template} />
      </div>
      <div className="row end">
        <TextInput
          className="grow"
          label={t("new.name")}
          placeholder={t("new.name.example")}
          required
          withAsterisk={false}
          data-autofocus
          maxLength={200}
          value={name}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={!name.trim()}>
          {t("new.do")}
        </Button>
      </div>
    </form>
  )
}

/** The chosen template, large: its way lights up while it is played. */
function Stage({ template }: { template: Template }) {
  const me = useMe()
  const [begun, setBegun] = useState<Begun | null>(null)
  const [view, setView] = useState<View | null>(null)
  const [problem, setProblem] = useState("")
  const [busy, setBusy] = useState(false)
  const uuid = begun?.uuid
  const look = () => {
    if (uuid)
      call<View>("GET", `/tries/${uuid}`).then(
        seen => setView(before => (seen.uuid === uuid ? seen : before)),
        () => {},
      )
  }
  useEffect(look, [uuid])
  const play = async () => {
    setBusy(true)
    setProblem("")
    setView(null)
    try {
      setBegun(await call<Begun>("POST", `/templates/${template.id}/tries`))
    } catch (failure) {
      setProblem(sentence(failure))
    } finally {
      setBusy(false)
    }
  }
  const said = () => (view?.turns ?? []).flatMap(turn => (turn.event === "said" ? [turn.said] : [])).reverse()
  const walked = view ? [...view.nodes.filter(node => node !== view.at), ...(view.at ? [view.at] : [])] : []
  return (
    <section className="stack tight stage-of-template" aria-label={t("new.play.name", { template: template.name })}>
      <MiniCanvas bot={template.document} walked={walked} />
      <p className="dim small" role="status">
        {view?.at
          ? t("new.play.at", { node: titleOf(template.document, view.at) })
          : t("new.play.nodes", { count: nodeNames(template.document).length })}
      </p>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {begun ? (
        <div className="playing">
          <TryChat
            bot={template.id}
            uuid={begun.uuid}
            token={begun.token}
            said={said}
            heard={look}
            again={() => void play()}
          />
          <IconButton icon={RotateCcw} label={t("try.again")} size={28} onClick={() => void play()} />
        </div>
      ) : (
        <div className="unplayed stack">
          <p className="dim">
            {template.id ? t("new.play.text") : t("new.play.empty")}
            {template.document.endpoints && ` ${t("new.play.example")}`}
          </p>
          {template.id && may(me, "endpoints.test") && (
            <div>
              <Button
                variant="light"
                leftSection={<Play size={15} aria-hidden />}
                loading={busy}
                onClick={() => void play()}
              >
                {t("new.play")}
              </Button>
            </div>
          )}
        </div>
      )}
    </section>
  )
}

function free(wanted: string, taken: readonly string[]): string {
  const base = wanted.slice(0, 58).replace(/-+$/, "")
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!taken.includes(name)) return name
  }
}
