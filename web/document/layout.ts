/*
 * Places for all nodes, from left to right: the breadth-first tree from the start, each node beside its parent, children
 * in the order of their ways. Nodes that cannot be reached stand below, in lanes of their own.
 *
 * After van der Ploeg, "Drawing non-layered tidy trees in linear time" (2014), with columns of one width: what stands in
 * a column of a subtree is one span, so that two subtrees are pushed apart column by column. A subtree's spans are kept
 * from its deepest column up, and the shorter list is merged into the longer one: linear in all.
 */
import { CARD_WIDTH, card } from "./geometry.ts"
import type { Bot, Point } from "./model.ts"
import { nodesOf, text } from "./read.ts"

export const COLUMN_GAP = 120
export const ROW_GAP = 36
const LANE_GAP = 120

type Places = Map<string, Point>

interface Branch {
  name: string
  depth: number
  children: Branch[]
  /** The top of this card within its parent's frame, then absolute. */
  y: number
  height: number
  /** How far the whole subtree was pushed down. */
  shift: number
  spans: Spans
}

/** Columns of a subtree, the deepest first; `shift` is added to all. */
interface Spans {
  top: number[]
  bottom: number[]
  shift: number
}

export function layout(bot: Bot): Places {
  const nodes = nodesOf(bot)
  const seen = new Set<string>()
  const places: Places = new Map()
  let lane = 0
  const roots = [text(bot.start), ...unreached(bot)]
  for (const root of [...roots, ...Object.keys(nodes)]) {
    if (!Object.hasOwn(nodes, root) || seen.has(root)) continue
    const order = grow(bot, root, seen)
    settle(order)
    const spans = order[0]!.spans
    const top = Math.min(...minOf(spans.top)) + spans.shift
    const bottom = Math.max(...maxOf(spans.bottom)) + spans.shift
    for (const branch of order)
      places.set(branch.name, [branch.depth * (CARD_WIDTH + COLUMN_GAP), Math.round(branch.y - top + lane)])
    lane += bottom - top + LANE_GAP
  }
  return places
}

const minOf = (values: number[]) => [values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)]
const maxOf = (values: number[]) => [values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)]

/** Nodes that no way leads to, in the order of the file: the heads of the lanes below. */
function unreached(bot: Bot): string[] {
  const nodes = nodesOf(bot)
  const led = new Set<string>()
  for (const [name, node] of Object.entries(nodes))
    for (const way of card(node).ways) if (way.target !== name) led.add(way.target)
  return Object.keys(nodes).filter(name => !led.has(name))
}

/** The breadth-first tree below a root, parents before children. */
function grow(bot: Bot, root: string, seen: Set<string>): Branch[] {
  const nodes = nodesOf(bot)
  const branch = (name: string, depth: number): Branch => {
    seen.add(name)
    const height = card(nodes[name]).height
    return { name, depth, children: [], y: 0, height, shift: 0, spans: { top: [], bottom: [], shift: 0 } }
  }
  const order = [branch(root, 0)]
  for (let index = 0; index < order.length; index++) {
    const parent = order[index]!
    for (const way of card(nodes[parent.name]).ways) {
      if (!way.target || seen.has(way.target) || !Object.hasOwn(nodes, way.target)) continue
      const child = branch(way.target, parent.depth + 1)
      parent.children.push(child)
      order.push(child)
    }
  }
  return order
}

/** Give every branch its y: children first push each other apart, then their parent stands at their middle. */
function settle(order: Branch[]): void {
  for (let index = order.length - 1; index >= 0; index--) {
    const branch = order[index]!
    const [first, last] = [branch.children[0], branch.children.at(-1)]
    if (!first || !last) {
      branch.spans = { top: [0], bottom: [branch.height], shift: 0 }
      continue
    }
    let together = first.spans
    for (const child of branch.children.slice(1)) {
      child.shift = push(together, child.spans)
      together = merge(together, child.spans, child.shift)
    }
    const middle = (first.y + first.shift + (last.y + last.shift + last.height)) / 2
    branch.y = middle - branch.height / 2
    together.top.push(branch.y - together.shift)
    together.bottom.push(branch.y + branch.height - together.shift)
    branch.spans = together
  }
  const down = new Map<Branch, number>([[order[0]!, 0]])
  for (const branch of order) {
    const moved = down.get(branch)! + branch.shift
    branch.y += moved
    for (const child of branch.children) down.set(child, moved)
  }
}

/** How far the lower subtree must go down to clear the upper one. */
function push(upper: Spans, lower: Spans): number {
  let far = Number.NEGATIVE_INFINITY
  for (let k = 1; k <= Math.min(upper.top.length, lower.top.length); k++)
    far = Math.max(far, upper.bottom.at(-k)! + upper.shift + ROW_GAP - (lower.top.at(-k)! + lower.shift))
  return far
}

function merge(upper: Spans, lower: Spans, shift: number): Spans {
  if (upper.top.length >= lower.top.length) {
    for (let k = 1; k <= lower.top.length; k++)
      upper.bottom[upper.bottom.length - k] = lower.bottom.at(-k)! + lower.shift + shift - upper.shift
    return upper
  }
  lower.shift += shift
  for (let k = 1; k <= upper.top.length; k++)
    lower.top[lower.top.length - k] = upper.top.at(-k)! + upper.shift - lower.shift
  return lower
}
