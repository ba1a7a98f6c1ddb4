/* Reading a draft that may be wrong: every function takes anything and gives what can be drawn. */
import type { Action, Bot, Capture, Choice, Exit, Node, Note, Path, Point, Word } from "./model.ts"

type Mapping = Record<string, unknown>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : String(value)
}

export function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? (value as T[]) : []
}

export function nodesOf(bot: Bot): Record<string, Node> {
  return isMapping(bot.nodes) ? (bot.nodes as Record<string, Node>) : {}
}

export function nodeNames(bot: Bot): string[] {
  return Object.keys(nodesOf(bot))
}

export function has(bot: Bot, name: string): boolean {
  return Object.hasOwn(nodesOf(bot), name)
}

export function nodeOf(bot: Bot, name: string): Node | undefined {
  return has(bot, name) ? nodesOf(bot)[name] : undefined
}

export function actionsOf(node: Node | undefined): Action[] {
  return list<Action>(node?.actions).filter(isMapping) as Action[]
}

export function exitOf(node: Node | undefined): Exit {
  return isMapping(node?.exit) ? node.exit : { do: "" }
}

export function captureOf(node: Node | undefined): Capture | undefined {
  const capture = (exitOf(node) as Mapping).capture
  return isMapping(capture) ? (capture as Capture) : undefined
}

export function choicesOf(capture: Capture | undefined): Choice[] {
  return list<Choice>(capture?.choices).filter(isMapping) as unknown as Choice[]
}

/** The name people know a node by. */
export function titleOf(bot: Bot, name: string): string {
  return text(nodeOf(bot, name)?.label).trim() || name
}

export function wordsOf(bot: Bot): Word[] {
  return list<Word>(bot.words).filter(isMapping) as unknown as Word[]
}

export function notesOf(bot: Bot): Note[] {
  return list<Note>(bot.canvas?.notes).filter(note => isMapping(note) && isPoint((note as unknown as Mapping).at))
}

export function endpointsOf(bot: Bot): NonNullable<Bot["endpoints"]> {
  return isMapping(bot.endpoints) ? (bot.endpoints as NonNullable<Bot["endpoints"]>) : {}
}

export function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length === 2 && value.every(part => Number.isFinite(part))
}

/** What stands at a path; undefined when there is nothing. */
export function at(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)]
    else if (isMapping(value) && Object.hasOwn(value, part)) value = value[part]
    else return undefined
  }
  return value
}
