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
  nodeOf,
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

/** What is drawn of a node as long as it, its place, and what it leads to stay the same. */
interface Part {
  node: Node
  place: Point
  endpoints: Bot["endpoints"]
  /** Of each way: the node that it leads to … */
  targets: readonly (Node | undefined)[]
  /** … and where that stands. */
  ends: readonly (Point | undefined)[]
  title: string
  rows: readonly WayRow[]
  edges: readonly WayEdge[]
  jumps: readonly string[]
  flow?: { signature: string; card: CardNode }
}

const NOWHERE: Point = [0, 0]
const parts = new Map<string, Part>()
/** While no line changes, the list of all is the same object. */
let lastEdges: WayEdge[] = []
const edgeCache = new Map<string, { signature: string; edge: WayEdge }>()

export function draw(bot: Bot, places: ReadonlyMap<string, Point>, extras: Extras): Drawn {
  const reached = reachable(bot)
  const jumpsTo = new Map<string, number>()
  const edges: WayEdge[] = []
  const all = Object.entries(nodesOf(bot)).map(([name, node]) => {
    const part = partOf(bot, name, node, places)
    for (const edge of part.edges) edges.push(edge)
    for (const target of part.jumps) jumpsTo.set(target, (jumpsTo.get(target) ?? 0) + 1)
    return [name, part] as const
  })
  const nodes = all.map(([name, part]) =>
    cardOf(name, part, {
      start: bot.start === name,
      mark: extras.marks.get(name),
      unreachable: !reached.has(name),
      change: extras.paint.get(name),
      jumps: jumpsTo.get(name) ?? 0,
    }),
  )
  if (edges.length !== lastEdges.length || edges.some((each, index) => each !== lastEdges[index])) lastEdges = edges
  return { nodes: [...notesOf(bot).map(noteOf), ...nodes], edges: lastEdges }
}

function partOf(bot: Bot, name: string, node: Node, places: ReadonlyMap<string, Point>): Part {
  const place = places.get(name) ?? NOWHERE
  const { ways, height, wayY } = card(node)
  const targets = ways.map(way => nodeOf(bot, way.target))
  const ends = ways.map(way => places.get(way.target))
  const kept = parts.get(name)
  if (
    kept?.node === node &&
    kept.endpoints === bot.endpoints &&
    samePoint(kept.place, place) &&
    targets.every((target, index) => target === kept.targets[index] && samePoint(ends[index], kept.ends[index]))
  )
    return kept
  const title = (each: string) => titleOf(bot, each)
  const [rows, edges, jumps]: [WayRow[], WayEdge[], string[]] = [[], [], []]
  ways.forEach((way, index) => {
    const to = way.target && has(bot, way.target) ? places.get(way.target) : undefined
    const jump = to !== undefined && isJump(place, to)
    if (to) edges.push(edge(name, way, jump, wayName(way, node), height - wayY[index]!))
    if (jump) jumps.push(way.target)
    rows.push({
      way,
      name: wayName(way, node),
      chip: to && !jump ? "" : targetName(way, bot, title),
      open: isOpen(way, node) || (way.target !== "" && !to),
      ...(jump ? { jump: way.target } : {}),
    })
  })
  const made = { node, place, endpoints: bot.endpoints, targets, ends, title: title(name), rows, edges, jumps }
  parts.set(name, made)
  return made
}

const samePoint = (a: Point | undefined, b: Point | undefined) => a === b || (a?.[0] === b?.[0] && a?.[1] === b?.[1])

/** The card of a node; what is said of it besides its own data may change while the node stays. */
function cardOf(
  name: string,
  part: Part,
  said: Pick<CardData, "start" | "mark" | "unreachable" | "change" | "jumps">,
): CardNode {
  const signature = `${said.start} ${said.mark} ${said.unreachable} ${said.change} ${said.jumps}`
  if (part.flow?.signature === signature) return part.flow.card
  const { node, title, rows, endpoints, place } = part
  const { ways, height, wayY } = card(node)
  const made: CardNode = {
    id: name,
    type: "card",
    position: { x: place[0], y: place[1] },
    width: CARD_WIDTH,
    height,
    measured: { width: CARD_WIDTH, height },
    handles: handles(node, ways, wayY),
    dragHandle: ".grip",
    data: { node, title, rows, endpoints, height, ...said },
    ariaLabel: title,
  }
  part.flow = { signature, card: made }
  return made
}

function noteOf(note: Note, index: number): NoteNode {
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
}

/** Ids of notes cannot be names of nodes: those have no line break. */
export const noteId = (index: number) => `note\n${index}`
export const ghostId = (name: string) => `ghost\n${name}`
export const isGhost = (id: string) => id.startsWith("ghost\n")
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
export function handles(node: Node, ways: readonly Way[], wayY: readonly number[]): NodeHandle[] {
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
