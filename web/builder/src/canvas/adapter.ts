/*
 * From the document to what the canvas draws. Sizes and handles are given, so that nothing is measured and cards outside
 * of the window are never made. What did not change keeps its object, so that nothing else is drawn anew.
 */
import type { Edge, Node as FlowNode, NodeHandle } from "@xyflow/react"
import { Position } from "@xyflow/react"
import { ACTION_ROW, HEADER, NOTE_SIZE } from "../../../document/geometry.ts"
import type { Bot, ChangeKind, Node, Note, Point, Way } from "../../../document/index.ts"
import {
  actionsOf,
  CARD_WIDTH,
  card,
  has,
  isOpen,
  list,
  nodesOf,
  notesOf,
  reachable,
  text,
  titleOf,
} from "../../../document/index.ts"
import { targetName, wayName } from "../actions/ways.ts"

export interface WayRow {
  way: Way
  name: string
  /** Where it leads, when no line shows it: a far jump, an open way, a node that is not there. */
  chip: string
  open: boolean
  /** A jump: the name of the node it leads to. */
  jump?: string
}

export interface CardData extends Record<string, unknown> {
  node: Node
  title: string
  rows: readonly WayRow[]
  endpoints: Bot["endpoints"]
  start: boolean
  mark: "error" | "warning" | undefined
  unreachable: boolean
  change: ChangeKind | undefined
  /** How many far jumps lead here. */
  jumps: number
  height: number
}
export type CardNode = FlowNode<CardData, "card">
export type NoteNode = FlowNode<{ note: Note; index: number }, "note">
export type CanvasNode = CardNode | NoteNode
export type WayEdge = Edge<{ jump: boolean; name: string; drop: number }, "way">

export interface Drawn {
  nodes: CanvasNode[]
  edges: WayEdge[]
}

export interface Extras {
  marks: ReadonlyMap<string, "error" | "warning">
  paint: ReadonlyMap<string, ChangeKind>
}

/** A way is a far jump, and no line is drawn for it, when it goes back or further than this. */
const FAR_X = 3 * (CARD_WIDTH + 120)
const FAR_Y = 1_600
const HANDLE = 12

export function isJump(from: Point, to: Point): boolean {
  const dx = to[0] - from[0]
  return dx < CARD_WIDTH / 2 || dx > FAR_X || Math.abs(to[1] - from[1]) > FAR_Y
}

const nodeCache = new Map<string, { signature: string; node: Node; flow: CanvasNode }>()
const edgeCache = new Map<string, { signature: string; edge: WayEdge }>()

export function draw(bot: Bot, places: ReadonlyMap<string, Point>, extras: Extras): Drawn {
  const nodes = nodesOf(bot)
  const reached = reachable(bot)
  const jumpsTo = new Map<string, number>()
  const edges: WayEdge[] = []
  const cards: { name: string; node: Node; ways: Way[]; height: number; wayY: number[]; rows: WayRow[] }[] = []
  const title = (name: string) => titleOf(bot, name)
  for (const [name, node] of Object.entries(nodes)) {
    const { ways, height, wayY } = card(node)
    const from = places.get(name) ?? [0, 0]
    const rows = ways.map((way): WayRow => {
      const to = way.target && has(bot, way.target) ? places.get(way.target) : undefined
      const jump = to !== undefined && isJump(from, to)
      if (to) {
        if (jump) jumpsTo.set(way.target, (jumpsTo.get(way.target) ?? 0) + 1)
        edges.push(edge(name, way, jump, wayName(way, node), height - wayY[ways.indexOf(way)]!))
      }
      const row = {
        way,
        name: wayName(way, node),
        chip: to && !jump ? "" : targetName(way, bot, title),
        open: isOpen(way, node) || (way.target !== "" && !to),
      }
      return jump ? { ...row, jump: way.target } : row
    })
    cards.push({ name, node, ways, height, wayY, rows })
  }
  const drawn = cards.map(({ name, node, ways, height, wayY, rows }): CanvasNode => {
    const [x, y] = places.get(name) ?? [0, 0]
    const jumps = jumpsTo.get(name) ?? 0
    const data: CardData = {
      node,
      title: title(name),
      rows,
      endpoints: bot.endpoints,
      start: bot.start === name,
      mark: extras.marks.get(name),
      unreachable: !reached.has(name),
      change: extras.paint.get(name),
      jumps,
      height,
    }
    const signature = [
      x,
      y,
      data.title,
      data.start,
      data.mark,
      data.unreachable,
      data.change,
      jumps,
      rows.map(row => `${row.chip}${row.jump ?? ""}`).join("|"),
    ].join("\n")
    const kept = nodeCache.get(name)
    if (
      kept &&
      kept.signature === signature &&
      kept.node === node &&
      (kept.flow as CardNode).data.endpoints === bot.endpoints
    )
      return kept.flow
    const flow: CardNode = {
      id: name,
      type: "card",
      position: { x, y },
      width: CARD_WIDTH,
      height,
      measured: { width: CARD_WIDTH, height },
      handles: handles(node, ways, wayY),
      dragHandle: ".grip",
      data,
      ariaLabel: data.title,
    }
    nodeCache.set(name, { signature, node, flow })
    return flow
  })
  const notes = notesOf(bot).map((note, index): NoteNode => {
    const [width, height] = note.size ?? NOTE_SIZE
    return {
      id: noteId(index),
      type: "note",
      position: { x: note.at[0], y: note.at[1] },
      width,
      height,
      measured: { width, height },
      handles: [],
      zIndex: -1,
      data: { note, index },
    }
  })
  return { nodes: [...notes, ...drawn], edges }
}

/** Ids of notes cannot be names of nodes: those have no line break. */
export const noteId = (index: number) => `note\n${index}`
export const noteIndex = (id: string) => (id.startsWith("note\n") ? Number(id.slice(5)) : -1)

function edge(source: string, way: Way, jump: boolean, name: string, drop: number): WayEdge {
  const id = `${source}\n${way.id}`
  const signature = `${way.target} ${jump} ${name} ${drop}`
  const kept = edgeCache.get(id)
  if (kept?.signature === signature) return kept.edge
  const made: WayEdge = {
    id,
    type: "way",
    source,
    sourceHandle: way.id,
    target: way.target,
    targetHandle: "in",
    reconnectable: "target",
    focusable: false,
    data: { jump, name, drop },
  }
  edgeCache.set(id, { signature, edge: made })
  return made
}

export function wayOfEdge(id: string): { source: string; way: string } {
  const [source = "", way = ""] = id.split("\n")
  return { source, way }
}

/** Where the handles are on the card: the same numbers as in its styles. */
function handles(node: Node, ways: readonly Way[], wayY: readonly number[]): NodeHandle[] {
  const spot = (id: string, type: "source" | "target", x: number, y: number): NodeHandle => ({
    id,
    type,
    position: type === "source" ? Position.Right : Position.Left,
    x: x - HANDLE / 2,
    y: y - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  })
  const out = ways.map((way, index) => spot(way.id, "source", CARD_WIDTH, wayY[index]!))
  if (!ways.some(way => way.path[0] === "exit") && text(node?.exit?.do) === "end")
    out.push(spot("exit.node", "source", CARD_WIDTH, endY(node)))
  return [spot("in", "target", 0, HEADER / 2), ...out]
}

/** The middle of the row of an exit, from the top of the card. */
export function endY(node: Node): number {
  return HEADER + ACTION_ROW * (list(actionsOf(node)).length + 0.5)
}
