/* Test the draft beside the canvas: the real chat, and below it why, the data, who answers, and the tests. */
import { Button, NativeSelect, Tabs } from "@mantine/core"
import { ClockArrowDown, Play, RotateCcw, Square, StepBack } from "lucide-react"
import { useCallback, useEffect, useState } from "react"
import { nodesOf, titleOf } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { trying } from "../../../ui/words/trying.ts"
import { useBot, useEditor } from "../editing/store.ts"
import { AnswersForm } from "./Answers.tsx"
import { attempt } from "./attempt.ts"
import { Chat } from "./Chat.tsx"
import { Data } from "./Data.tsx"
import { filled, Items } from "./Items.tsx"
import { Tests } from "./Tests.tsx"
import { back, begin, lastStart, letPass, stop, trial, useTrial } from "./trial.ts"
import { Why } from "./Why.tsx"
import "./test.css"

learn(trying)

export function TestPanel() {
  const name = useEditor(editor => editor.bot)
  const going = useTrial(state => state.uuid !== "" && state.bot === name)
  useEffect(() => {
    if (trial.getState().bot !== name) {
      stop()
      trial.setState({ start: lastStart(name), bot: name })
    }
  }, [name])
  return going ? <Going name={name} /> : <Before name={name} />
}

function Before({ name }: { name: string }) {
  const bot = useBot()
  const saved = useEditor(editor => editor.saving.state === "saved")
  const start = useTrial(state => state.start)
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<typeof start>) => trial.setState({ start: { ...start, ...change } })
  const go = async () => {
    setBusy(true)
    await attempt(begin(name, { ...start, data: filled(start.data) }))
    setBusy(false)
  }
  return (
    <div className="panel-body stack">
      <p className="dim">{t("try.intro")}</p>
      <NativeSelect
        label={t("try.start_from")}
        value={start.node}
        onChange={event => set({ node: event.currentTarget.value })}
        data={[
          { value: "", label: t("try.start_bot") },
          ...Object.keys(nodesOf(bot)).map(value => ({ value, label: titleOf(bot, value) })),
        ]}
      />
      <section className="stack tight" aria-label={t("try.data")}>
        <h2>{t("try.data")}</h2>
        <Items items={start.data} change={data => set({ data })} />
      </section>
      <div>
        <Button leftSection={<Play size={15} aria-hidden />} loading={busy} disabled={!saved} onClick={() => void go()}>
          {saved ? t("try.start") : t("try.endpoint.saving")}
        </Button>
      </div>
      <section className="stack tight" aria-label={t("try.tab.tests")}>
        <h2>{t("try.tab.tests")}</h2>
        <Tests />
      </section>
    </div>
  )
}

function Going({ name }: { name: string }) {
  const view = useTrial(state => state.view)
  const revision = useEditor(editor => editor.revision)
  const again = useCallback(() => void attempt(begin(name, trial.getState().start)), [name])
  return (
    <div className="try">
      <div className="row try-bar" role="toolbar" aria-label={t("try.title")}>
        <IconButton icon={RotateCcw} label={t("try.again")} size={28} onClick={again} />
        <IconButton icon={StepBack} label={t("try.back")} size={28} onClick={() => void attempt(back())} />
        <IconButton
          icon={ClockArrowDown}
          label={t("try.pass")}
          size={28}
          aria-disabled={view?.due_at === null}
          onClick={() => void attempt(letPass())}
        />
        <span className="grow dim">{view && t("try.saved_draft", { revision: view.revision })}</span>
        <IconButton icon={Square} label={t("try.stop")} size={28} onClick={stop} />
      </div>
      {view && view.revision !== revision && <p className="try-stale">{t("try.stale")}</p>}
      <Chat again={again} />
      <Tabs defaultValue="why" keepMounted={false} className="try-tabs">
        <Tabs.List>
          <Tabs.Tab value="why">{t("try.tab.why")}</Tabs.Tab>
          <Tabs.Tab value="data">{t("try.tab.data")}</Tabs.Tab>
          <Tabs.Tab value="answers">{t("try.tab.answers")}</Tabs.Tab>
          <Tabs.Tab value="tests">{t("try.tab.tests")}</Tabs.Tab>
        </Tabs.List>
        {(
          [
            ["why", Why],
            ["data", Data],
            ["answers", AnswersForm],
            ["tests", Tests],
          ] as const
        ).map(([value, Part]) => (
          <Tabs.Panel key={value} value={value} className="try-part">
            <Part />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  )
}
