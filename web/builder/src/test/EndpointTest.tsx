/* Test this endpoint: one real call, told in full: what went out, what came back, what it would store, what to do. */
import { Button, Modal } from "@mantine/core"
import { ClipboardCheck, Copy, Play } from "lucide-react"
import { useState } from "react"
import { type Bot, knownData, list, nodeNames, setAction, titleOf } from "../../../document/index.ts"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { learn, t } from "../../../ui/t.ts"
import { trying } from "../../../ui/words/trying.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { filled, Items } from "./Items.tsx"
import { keepValues, recallValues, values } from "./remembered.ts"
import { type Item, lastStart } from "./trial.ts"
import "./test.css"

learn(trying)

/** What a test was begun with last; else what the bot knows before it asks, as it was last. */
function given(name: string, bot: Bot): Item[] {
  const { data } = lastStart(name)
  if (data.length) return data
  recallValues(name)
  const last = values.getState().of
  const order = nodeNames(bot)
  return knownData(bot)
    .filter(known => known.from !== "endpoint")
    .sort((a, b) => order.indexOf(a.setIn[0] ?? "") - order.indexOf(b.setIn[0] ?? ""))
    .map(known => ({ name: known.name, data: last[known.name] ?? "" }))
    .slice(0, MOST_GIVEN)
}

const MOST_GIVEN = 8

type Tested = components["schemas"]["EndpointTested"]

export function EndpointTest({ node, action }: { node: string; action: number }) {
  const store = useEditorStore()
  const bot = useBot()
  const name = useEditor(editor => editor.bot)
  const saved = useEditor(editor => editor.saving.state === "saved")
  const [items, setItems] = useState<Item[]>(() => given(name, bot))
  const [tested, setTested] = useState<Tested | null>(null)
  const [problem, setProblem] = useState("")
  const [busy, setBusy] = useState(false)
  const drawn = bot.nodes[node]?.actions?.[action] as { do?: string; endpoint?: string; gives?: unknown } | undefined
  const run = async () => {
    setBusy(true)
    setProblem("")
    try {
      setTested(
        await call<Tested>("POST", `/bots/${encodeURIComponent(name)}/endpoint-test`, {
          body: { node, action, data: filled(items).filter(item => item.data !== "") },
        }),
      )
    } catch (failure) {
      setProblem(sentence(failure))
    }
    setBusy(false)
  }
  /** Values for what `{{` offers; names that the action does not know of yet are declared in it. */
  const sample = ({ data }: Tested) => {
    keepValues(
      name,
      data.map(would => ({ name: would.name, data: would.after })),
    )
    const known = new Set(knownData(bot).map(each => each.name))
    const fresh = data.map(would => would.name).filter(each => !known.has(each))
    if (fresh.length && drawn?.do === "fulfill" && !store.getState().readOnly)
      store.getState().make(setAction(bot, node, action, ["gives"], [...list<string>(drawn.gives), ...fresh]))
    notify(t("try.endpoint.sampled"))
  }
  return (
    <Modal
      opened
      size={760}
      onClose={() => store.getState().set({ testing: null })}
      title={t("try.endpoint.title", { endpoint: drawn?.endpoint ?? "" })}
    >
      <div className="stack">
        <p className="dim">{t("try.endpoint.intro")}</p>
        <Items items={items} change={setItems} />
        <div className="row">
          <Button
            leftSection={<Play size={15} aria-hidden />}
            loading={busy}
            disabled={!saved}
            onClick={() => void run()}
          >
            {saved ? t("try.endpoint.run") : t("try.endpoint.saving")}
          </Button>
        </div>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {tested && (
          <Result tested={tested} goesTo={tested.goes_to ? titleOf(bot, tested.goes_to) : ""} sample={sample} />
        )}
      </div>
    </Modal>
  )
}

function Result({ tested, goesTo, sample }: { tested: Tested; goesTo: string; sample: (tested: Tested) => void }) {
  const copy = async () => {
    await navigator.clipboard.writeText(tested.request.curl)
    notify(t("try.endpoint.copied"))
  }
  return (
    <div className="stack try-result">
      <div role="status" className={tested.ok ? "try-verdict ok" : "try-verdict bad"}>
        <strong>{tested.ok ? t("try.endpoint.ok") : t("try.endpoint.bad", { reason: tested.reason })}</strong>{" "}
        <span className="chip tiny">{t("try.endpoint.took", { ms: tested.took_ms })}</span>
        <p>{tested.words}</p>
        {tested.detail && <p>{tested.detail}</p>}
        {!tested.sent && <p>{t("try.endpoint.nothing_sent")}</p>}
        {goesTo && <p>{t("try.endpoint.goes_to", { node: goesTo })}</p>}
      </div>
      {(tested.data.length > 0 || tested.missing.length > 0) && (
        <section aria-label={t("try.endpoint.store")}>
          <div className="row">
            <h2 className="grow">{t("try.endpoint.store")}</h2>
            {tested.data.length > 0 && (
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<ClipboardCheck size={13} aria-hidden />}
                onClick={() => sample(tested)}
              >
                {t("try.endpoint.sample")}
              </Button>
            )}
          </div>
          <dl className="try-data">
            {tested.data.map(would => (
              <div key={would.name}>
                <dt>{would.name}</dt>
                <dd>
                  <s>{would.before ?? t("try.not_set")}</s> → <span>{would.after}</span>
                </dd>
              </div>
            ))}
          </dl>
          {tested.missing.length > 0 && (
            <p className="dim">{t("try.endpoint.missing", { names: tested.missing.join(", ") })}</p>
          )}
        </section>
      )}
      <section aria-label={t("try.endpoint.request")}>
        <div className="row">
          <h2 className="grow">{t("try.endpoint.request")}</h2>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Copy size={13} aria-hidden />}
            onClick={() => void copy()}
          >
            {t("try.endpoint.curl")}
          </Button>
        </div>
        <p className="mono">
          {tested.request.method} {tested.request.url}
        </p>
        <Text label={t("try.endpoint.headers")} text={headers(tested.request.headers)} />
        {tested.request.body && <Text label={t("try.endpoint.body")} text={pretty(tested.request.body)} />}
      </section>
      <section aria-label={t("try.endpoint.answer")}>
        <h2>
          {t("try.endpoint.answer")} {tested.answer && <span className="chip tiny">{tested.answer.status}</span>}
        </h2>
        {tested.answer ? (
          <>
            <Text label={t("try.endpoint.headers")} text={headers(tested.answer.headers)} />
            <Text label={t("try.endpoint.body")} text={pretty(tested.answer.body)} open />
            {tested.answer.cut && <p className="dim">{t("try.endpoint.cut")}</p>}
          </>
        ) : (
          <p className="dim">{t("try.endpoint.no_answer")}</p>
        )}
      </section>
    </div>
  )
}

function Text({ label, text, open }: { label: string; text: string; open?: boolean }) {
  return (
    <details open={open}>
      <summary>{label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="try-text" tabIndex={0} aria-label={label}>
        {text}
      </section>
    </details>
  )
}

const headers = (all: { name: string; value: string }[]) => all.map(each => `${each.name}: ${each.value}`).join("\n")

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
