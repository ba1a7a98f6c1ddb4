/* How it stands with a delivery. */
import type { components } from "../../../protocol/api.d.ts"
import { t } from "../../../ui/t.ts"

const LOOKS = { owed: "chip warn", delivered: "chip ok", dead: "chip bad" } as const

export function DeliveryState({ line }: { line: components["schemas"]["DeliveryLine"] }) {
  return <span className={LOOKS[line.state]}>{t(`delivery.${line.state}`)}</span>
}
