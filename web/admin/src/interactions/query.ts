/* The filters of the list, as they stand in the address: whoever gets the link sees the same list. */
import { BASE } from "../../../ui/api.ts"
import { t } from "../../../ui/t.ts"

export interface Filters {
  text: string
  bot: string
  /** Where they stand or ended, of the bot. */
  node: string
  status: string
  time: string
  ref: string
  data: Record<string, string>
}

export const SPANS: Readonly<Record<string, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
}
/** The beginning of a span is rounded to this, so that a list has one address for a while. */
const GRAIN_MS = 60_000

export function readFilters(search: URLSearchParams): Filters {
  return {
    text: search.get("text") ?? "",
    bot: search.get("bot") ?? "",
    node: search.get("node") ?? "",
    status: search.get("status") ?? "",
    time: search.get("time") ?? "",
    ref: search.get("ref") ?? "",
    data: readData(search.get("data")),
  }
}

function readData(given: string | null): Record<string, string> {
  try {
    const read: unknown = JSON.parse(given ?? "{}")
    if (typeof read !== "object" || read === null || Array.isArray(read)) return {}
    return Object.fromEntries(Object.entries(read).filter(([, value]) => typeof value === "string"))
  } catch {
    return {}
  }
}

export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams()
  for (const name of ["text", "bot", "node", "status", "time", "ref"] as const)
    if (filters[name]) search.set(name, filters[name])
  if (Object.keys(filters.data).length) search.set("data", JSON.stringify(filters.data))
  return search
}

/** The same, as the server takes it. */
export function asked(filters: Filters, now = Date.now()): URLSearchParams {
  const search = new URLSearchParams()
  if (filters.text) search.set("text", filters.text)
  if (filters.bot) search.set("bot", filters.bot)
  if (filters.bot && filters.node) search.set("node", filters.node)
  if (filters.status) search.set("status", filters.status)
  if (filters.ref) search.set("quick_ref", filters.ref)
  const span = SPANS[filters.time]
  if (span) search.set("from", String(Math.floor((now - span) / GRAIN_MS) * GRAIN_MS))
  if (Object.keys(filters.data).length) search.set("data", JSON.stringify(filters.data))
  return search
}

export function exportAddress(filters: Filters, format: "csv" | "json"): string {
  const search = asked({ ...filters, node: "" })
  search.set("format", format)
  return `${BASE}/interactions/export?${search}`
}

/** The filters that are set, each with what removes it. */
export function chipsOf(filters: Filters): { name: string; without: Filters }[] {
  const chips: { name: string; without: Filters }[] = []
  if (filters.text)
    chips.push({ name: t("interactions.chip.text", { value: filters.text }), without: { ...filters, text: "" } })
  if (filters.bot)
    chips.push({ name: t("interactions.chip.bot", { value: filters.bot }), without: { ...filters, bot: "", node: "" } })
  if (filters.node)
    chips.push({ name: t("interactions.chip.node", { value: filters.node }), without: { ...filters, node: "" } })
  if (filters.status === "active" || filters.status === "ended" || filters.status === "finalized")
    chips.push({ name: t(`status.${filters.status}`), without: { ...filters, status: "" } })
  if (filters.time === "hour" || filters.time === "day" || filters.time === "week" || filters.time === "month")
    chips.push({ name: t(`interactions.time.${filters.time}`), without: { ...filters, time: "" } })
  if (filters.ref)
    chips.push({ name: t("interactions.chip.ref", { value: filters.ref }), without: { ...filters, ref: "" } })
  for (const [name, value] of Object.entries(filters.data)) {
    const { [name]: _gone, ...rest } = filters.data
    chips.push({ name: `${name} = ${value}`, without: { ...filters, data: rest } })
  }
  return chips
}
