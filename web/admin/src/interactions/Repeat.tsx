/* Asking an endpoint once more, while the conversation waits for it; or why that cannot be done. */
import { Button } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { Repeat as RepeatIcon } from "lucide-react"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { may, useMe } from "../state.ts"

interface RepeatProps {
  made: components["schemas"]["CallMade"]
  whole: components["schemas"]["WholeInteraction"]
}

export function Repeat({ made, whole }: RepeatProps) {
  const me = useMe()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  if (made.status === "ok" || !may(me, "calls.repeat")) return null
  if (!whole.repeatable.includes(made.token))
    return <p className="small dim">{t(made.status === "waiting" ? "call.repeat.unsafe" : "call.repeat.settled")}</p>
  const repeat = async () => {
    setBusy(true)
    try {
      const path = `/interactions/${whole.line.uuid}/calls/${encodeURIComponent(made.token)}/repeat`
      const done = await call<components["schemas"]["CallRepeated"]>("POST", path)
      notify(t(done.sent ? "call.repeat.done" : "call.repeat.before"))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
    setBusy(false)
    await client.invalidateQueries({ queryKey: ["interaction", whole.line.uuid] })
  }
  return (
    <div className="row small dim">
      <Button
        size="compact-xs"
        variant="default"
        loading={busy}
        leftSection={<RepeatIcon size={13} aria-hidden />}
        onClick={repeat}
      >
        {t("call.repeat")}
      </Button>
      <span className="grow">{t("call.repeat.help")}</span>
    </div>
  )
}
