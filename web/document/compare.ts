/* Two bots side by side: what changed, as a list of sentences for people and marks for the canvas. */
import type { Action, Bot } from "./model.ts"
import { actionsOf, exitOf, isMapping, nodeNames, nodeOf, text, titleOf } from "./read.ts"
import { same } from "./same.ts"

export type ChangeKind = "added" | "removed" | "changed"
export type ChangeVerb =
  | "node_added"
  | "node_removed"
  | "node_labelled"
  | "node_started"
  | "action_added"
  | "action_removed"
  | "action_changed"
  | "actions_ordered"
  | "exit_kind"
  | "exit_changed"
  | "endpoint_added"
  | "endpoint_removed"
  | "endpoint_changed"
  | "setting_changed"
  | "moved"

export interface Change {
  kind: ChangeKind
  verb: ChangeVerb
  values: Record<string, string | number>
  node?: string
  before?: string
  after?: string
}

export function compare(before: Bot, after: Bot): Change[] {
  const changes: Change[] = []
  for (const name of nodeNames(before))
    if (!nodeOf(after, name))
      changes.push({ kind: "removed", verb: "node_removed", node: name, values: { node: titleOf(before, name) } })
  for (const name of nodeNames(after)) {
    const values = { node: titleOf(after, name) }
    if (!nodeOf(before, name)) changes.push({ kind: "added", verb: "node_added", node: name, values })
    else changes.push(...compareNode(before, after, name))
  }
  if (text(before.start) !== text(after.start))
    changes.push({ kind: "changed", verb: "node_started", values: { node: titleOf(after, text(after.start)) } })
  changes.push(...compareEndpoints(before, after))
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const key of keys)
    if (!["nodes", "start", "endpoints", "canvas", "branchline"].includes(key) && !same(before[key], after[key]))
      changes.push({
        kind: "changed",
        verb: "setting_changed",
        values: { setting: key },
        ...sides(before[key], after[key]),
      })
  if (!same(before.canvas, after.canvas)) changes.push({ kind: "changed", verb: "moved", values: {} })
  return changes
}

/** What each changed node shows on the canvas. */
export function paint(changes: readonly Change[]): Map<string, ChangeKind> {
  return new Map(changes.flatMap(change => (change.node ? [[change.node, change.kind] as const] : [])))
}

function compareNode(before: Bot, after: Bot, name: string): Change[] {
  const [a, b] = [nodeOf(before, name)!, nodeOf(after, name)!]
  if (a === b || same(a, b)) return []
  const changes: Change[] = []
  const values = { node: titleOf(after, name) }
  const add = (verb: ChangeVerb, more: Partial<Change> = {}) =>
    changes.push({ kind: "changed", verb, node: name, ...more, values: { ...values, ...more.values } })
  if (text(a.label) !== text(b.label)) add("node_labelled", sides(a.label, b.label))
  const [from, to] = [actionsOf(a), actionsOf(b)]
  const pairs = align(from, to)
  for (const { old, fresh } of pairs) {
    const action = `action.${(fresh ?? old)!.do}`
    if (!old) add("action_added", { values: { action }, after: shown(fresh) })
    else if (!fresh) add("action_removed", { values: { action }, before: shown(old) })
    else if (!same(old, fresh)) add("action_changed", { values: { action }, ...sides(old, fresh) })
  }
  const kept = pairs.flatMap(({ old, fresh }) =>
    old && fresh ? [[from.indexOf(old), to.indexOf(fresh)] as const] : [],
  )
  const order = [...kept].sort((one, other) => one[1] - other[1]).map(each => each[0])
  if (order.some((position, index) => index > 0 && position < order[index - 1]!)) add("actions_ordered")
  const [exitA, exitB] = [exitOf(a), exitOf(b)]
  if (exitA.do !== exitB.do) add("exit_kind", { values: { exit: `exit.${exitB.do}` }, ...sides(exitA, exitB) })
  else if (!same(exitA, exitB)) add("exit_changed", sides(exitA, exitB))
  return changes
}

interface Pair {
  old: Action | undefined
  fresh: Action | undefined
}

/** Pair equal actions first, then those of one kind in their order. */
function align(from: readonly Action[], to: readonly Action[]): Pair[] {
  const rest = [...from]
  const pairs: Pair[] = to.map(fresh => {
    const index = rest.findIndex(old => same(old, fresh))
    return { fresh, old: index < 0 ? undefined : rest.splice(index, 1)[0] }
  })
  for (const pair of pairs) {
    if (pair.old) continue
    const index = rest.findIndex(old => old.do === pair.fresh?.do)
    if (index >= 0) pair.old = rest.splice(index, 1)[0]
  }
  return [...pairs, ...rest.map(old => ({ old, fresh: undefined }))]
}

function compareEndpoints(before: Bot, after: Bot): Change[] {
  const [a, b] = [
    isMapping(before.endpoints) ? before.endpoints : {},
    isMapping(after.endpoints) ? after.endpoints : {},
  ]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name): Change[] => {
    const values = { endpoint: name }
    if (!Object.hasOwn(a, name)) return [{ kind: "added", verb: "endpoint_added", values }]
    if (!Object.hasOwn(b, name)) return [{ kind: "removed", verb: "endpoint_removed", values }]
    return same(a[name], b[name])
      ? []
      : [{ kind: "changed", verb: "endpoint_changed", values, ...sides(a[name], b[name]) }]
  })
}

function sides(before: unknown, after: unknown): { before: string; after: string } {
  return { before: shown(before), after: shown(after) }
}

function shown(value: unknown): string {
  if (isMapping(value) && typeof value.text === "string" && value.text) return value.text
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 1)
}
