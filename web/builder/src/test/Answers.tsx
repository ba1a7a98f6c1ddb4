/* Who answers for each endpoint in the try: itself, what it answered last, or what is typed here. */
import { Button, NativeSelect } from "@mantine/core"
import { useState } from "react"
import { isMapping } from "../../../document/read.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { useBot } from "../editing/store.ts"
import { attempt } from "./attempt.ts"
import { filled, Items } from "./Items.tsx"
import { type AnswerMode, answer, useTrial } from "./trial.ts"

export const REASONS = [
  "timeout",
  "connect_error",
  "http_4xx",
  "http_5xx",
  "http_429",
  "dns_error",
  "tls_error",
  "bad_json",
  "not_a_list",
  "bad_item",
  "circuit_open",
  "outcome_unknown",
  "disabled",
]

export function AnswersForm() {
  const bot = useBot()
  const given = useTrial(state => state.start.answers)
  const names = Object.keys(isMapping(bot.endpoints) ? bot.endpoints : {})
  const [answers, setAnswers] = useState(given)
  const use = async () => {
    const kept = Object.fromEntries(
      Object.entries(answers)
        .filter(([name]) => names.includes(name))
        .map(([name, mode]) => [name, { ...mode, pairs: filled(mode.pairs ?? []) }]),
    )
    if (await attempt(answer(kept))) notify(t("try.answers.used"))
  }
  if (!names.length) return <p className="dim">{t("try.answers.none")}</p>
  return (
    <div className="stack">
      {names.map(name => (
        <Endpoint
          key={name}
          name={name}
          mode={answers[name] ?? { mode: "real" }}
          change={mode => setAnswers({ ...answers, [name]: mode })}
        />
      ))}
      <div>
        <Button size="compact-sm" variant="light" onClick={() => void use()}>
          {t("try.answers.use")}
        </Button>
      </div>
    </div>
  )
}

function Endpoint({ name, mode, change }: { name: string; mode: AnswerMode; change: (mode: AnswerMode) => void }) {
  const recorded = useTrial(state => state.view?.endpoints.find(each => each.endpoint === name)?.recorded)
  const chosen = mode.mode === "typed" && mode.failed ? "failed" : (mode.mode ?? "real")
  const choose = (value: string) => {
    if (value === "failed") change({ mode: "typed", failed: REASONS[0]! })
    else if (value === "typed") change({ mode: "typed", pairs: recorded?.pairs ?? [{ name: "", data: "" }] })
    else change({ mode: value as "real" | "recorded" })
  }
  return (
    <div className="stack tight">
      <NativeSelect
        size="xs"
        label={t("try.answers.of", { endpoint: name })}
        value={chosen}
        onChange={event => choose(event.currentTarget.value)}
        data={(["real", "recorded", "typed", "failed"] as const).map(value => ({
          value,
          label: t(`try.answers.${value}`),
        }))}
      />
      {chosen === "typed" && <Items items={mode.pairs ?? []} change={pairs => change({ mode: "typed", pairs })} />}
      {chosen === "failed" && (
        <NativeSelect
          size="xs"
          label={t("try.answers.reason")}
          value={mode.failed ?? ""}
          onChange={event => change({ mode: "typed", failed: event.currentTarget.value })}
          data={REASONS}
        />
      )}
      {chosen === "recorded" &&
        (recorded ? (
          <p className="dim">
            {recorded.failed || (recorded.pairs ?? []).map(pair => `${pair.name}: ${pair.data}`).join(", ")}
          </p>
        ) : (
          <p className="dim">{t("try.answers.never")}</p>
        ))}
    </div>
  )
}
