import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"

export type Target = components["schemas"]["TargetLine"]
export type TargetList = components["schemas"]["TargetList"]

export const targetsQuery = () => ({ queryKey: ["targets"], queryFn: () => call<TargetList>("GET", "/targets") })

export const pathOf = (target: { bot: string; name: string }) =>
  `/bots/${encodeURIComponent(target.bot)}/targets/${encodeURIComponent(target.name)}`
