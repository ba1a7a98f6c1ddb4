/* The size of a card and the places of its handles: pure functions of the data, so that nothing needs measuring. */
import type { Node, Point } from "./model.ts"
import { actionsOf, isMapping } from "./read.ts"
import { type Way, waysOf } from "./ways.ts"

export const CARD_WIDTH = 268
export const HEADER = 40
export const ACTION_ROW = 34
export const ADD_ROW = 30
export const WAY_ROW = 26
export const FOOTER_PADDING = 5
export const NOTE_SIZE: Point = [240, 120]

export interface Card {
  height: number
  ways: Way[]
  /** The middle of each way's row, from the top of the card. */
  wayY: number[]
  /** The middle of the header, where ways arrive. */
  inY: number
}

const kept = new WeakMap<Node, Card>()

export function card(node: Node | undefined): Card {
  if (!isMapping(node) || !Object.isFrozen(node)) return measure(node)
  const known = kept.get(node) ?? measure(node)
  kept.set(node, known)
  return known
}

function measure(node: Node | undefined): Card {
  const ways = waysOf(node)
  const body = HEADER + ACTION_ROW * (actionsOf(node).length + exitRows(node)) + ADD_ROW
  const footer = ways.length ? 2 * FOOTER_PADDING + WAY_ROW * ways.length : 0
  return {
    height: body + footer,
    ways,
    wayY: ways.map((_, index) => body + FOOTER_PADDING + WAY_ROW * (index + 0.5)),
    inY: HEADER / 2,
  }
}

/** The exit has a row of its own below the actions, unless it only goes on or is not known. */
export function exitRows(node: Node | undefined): number {
  const kind = node?.exit?.do
  return kind === "wait_for_reply" || kind === "route" || kind === "end" ? 1 : 0
}

export function overlaps(a: Point, aHeight: number, b: Point, bHeight: number): boolean {
  return Math.abs(a[0] - b[0]) < CARD_WIDTH && a[1] < b[1] + bHeight && b[1] < a[1] + aHeight
}
