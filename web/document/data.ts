/* The interaction data that a bot knows: each name, where it comes from, and where it is used. */
import { inserted } from "./inserts.ts"
import type { Bot, Case, Condition } from "./model.ts"
import { nodesAlike, once } from "./once.ts"
import { actionsOf, captureOf, exitOf, isMapping, list, nodesOf, text } from "./read.ts"

export interface Known {
  name: string
  label: string
  /** Nodes that set it; none when it is given by the page or declared. */
  setIn: string[]
  from: "capture" | "endpoint" | "set" | "page" | "declared"
}

export const knownData = once(
  readData,
  (before, after) => before.data === after.data && nodesAlike(before, after, () => false),
)

function readData(bot: Bot): readonly Known[] {
  const found = new Map<string, Known>()
  const add = (name: unknown, from: Known["from"], node?: string, label = "") => {
    const key = text(name)
    if (!key) return
    const known = found.get(key) ?? { name: key, label, setIn: [], from }
    // One node after the other is read: what it set already is the last of the list.
    if (node && known.setIn.at(-1) !== node) known.setIn.push(node)
    if (label && !known.label) known.label = label
    found.set(key, known)
  }
  for (const [name, field] of Object.entries(isMapping(bot.data) ? bot.data : {}))
    add(
      name,
      isMapping(field) && field.from_page ? "page" : "declared",
      undefined,
      isMapping(field) ? text(field.label) : "",
    )
  for (const [node, drawn] of Object.entries(nodesOf(bot))) {
    for (const action of actionsOf(drawn)) {
      const each = action as Record<string, unknown>
      if (each.do === "set_data") add(each.name, "set", node, text(each.label))
      for (const name of list(each.gives)) add(name, "endpoint", node)
      if (isMapping(each.mapping)) for (const name of Object.keys(each.mapping)) add(name, "endpoint", node)
    }
    const capture = captureOf(drawn)
    if (capture) add(capture.name, "capture", node, text(capture.label))
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** The nodes that insert or compare a piece of data. */
export function usedIn(bot: Bot, name: string): string[] {
  const uses = (value: unknown): boolean => {
    if (typeof value === "string") return value.includes("{{") && inserted(value).includes(name)
    if (Array.isArray(value)) return value.some(uses)
    return isMapping(value) && Object.values(value).some(uses)
  }
  const compares = (when: Condition): boolean =>
    isMapping(when) &&
    (when.operand === `data.${name}` || [...list<Condition>(when.all), ...list<Condition>(when.any)].some(compares))
  return Object.entries(nodesOf(bot)).flatMap(([node, drawn]) =>
    uses(drawn) || list<Case>((exitOf(drawn) as Record<string, unknown>).cases).some(each => compares(each?.when))
      ? [node]
      : [],
  )
}
