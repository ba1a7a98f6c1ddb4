/* What this browser remembers of tests, bot by bot: how the last one began, and the last value of each piece of data. */
import { createStore } from "zustand/vanilla"
import { isMapping } from "../../../document/read.ts"

const LONGEST = 200
const MOST = 300

interface Values {
  bot: string
  /** By the name of the data: what it was last in a test, or in a sample that was taken. */
  of: Record<string, string>
}

export const values = createStore<Values>(() => ({ bot: "", of: {} }))

/** Take the values of a bot in that were kept. */
export function recallValues(bot: string): void {
  if (values.getState().bot === bot) return
  const kept = read(`values.${bot}`)
  const known = Object.entries(isMapping(kept) ? kept : {}).filter(([, value]) => typeof value === "string")
  values.setState({ bot, of: Object.fromEntries(known) as Record<string, string> })
}

export function keepValues(bot: string, found: readonly { name: string; data: string }[]): void {
  recallValues(bot)
  const before = values.getState().of
  const fresh = Object.fromEntries(found.map(each => [each.name, each.data.slice(0, LONGEST)]))
  if (Object.entries(fresh).every(([name, value]) => before[name] === value)) return
  const of = Object.fromEntries(Object.entries({ ...before, ...fresh }).slice(-MOST))
  values.setState({ bot, of })
  write(`values.${bot}`, of)
}

export const read = (name: string): unknown => {
  try {
    return JSON.parse(localStorage.getItem(`branchline.${name}`) ?? "null")
  } catch {
    return null
  }
}

export const write = (name: string, value: unknown): void => {
  try {
    localStorage.setItem(`branchline.${name}`, JSON.stringify(value))
  } catch {
    // Storage may be closed or full; it is then remembered as long as the page.
  }
}
