/* Issues of the check, at the places of the bot where they are shown. */
import type { Bot, Path } from "./model.ts"
import { at, has, isMapping } from "./read.ts"

export interface Issue {
  severity: "error" | "warning"
  code: string
  message: string
  /** JSON pointer (RFC 6901) into the document. */
  pointer: string
  line?: number | null
  column?: number | null
  fix?: unknown
}

export function parsePointer(pointer: string): Path {
  if (!pointer) return []
  return pointer
    .split("/")
    .slice(1)
    .map(part => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part, index, all) => (index > 0 && isPosition(part, index, all) ? Number(part) : part))
}

/** A part that is a number stands in a list, unless it is a name chosen by the author: those come second. */
function isPosition(part: string, index: number, all: readonly string[]): boolean {
  return /^\d+$/.test(part) && !(index === 1 && ["nodes", "endpoints", "data"].includes(all[0] ?? ""))
}

export function pointer(path: Path): string {
  return path.map(part => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")
}

/** The node that an issue is about. */
export function nodeOfIssue(bot: Bot, issue: Issue): string | undefined {
  const [first, name] = parsePointer(issue.pointer)
  if (first === "nodes" && name !== undefined && has(bot, String(name))) return String(name)
  return undefined
}

/** The worst issue of each node. */
export function marks(bot: Bot, issues: readonly Issue[]): Map<string, "error" | "warning"> {
  const found = new Map<string, "error" | "warning">()
  for (const issue of issues) {
    const name = nodeOfIssue(bot, issue)
    if (name !== undefined && found.get(name) !== "error") found.set(name, issue.severity)
  }
  return found
}

/** The issues at a place or below it. */
export function issuesAt(issues: readonly Issue[], path: Path): Issue[] {
  const start = pointer(path)
  return issues.filter(issue => issue.pointer === start || issue.pointer.startsWith(`${start}/`))
}

/** The nearest place of an issue that is there: an issue about a missing key points past the end. */
export function placeOf(bot: Bot, issue: Issue): Path {
  let path = parsePointer(issue.pointer)
  while (path.length && at(bot, path) === undefined) path = path.slice(0, -1)
  return path
}

/** Read what the server sent; anything that is no issue is left out. */
export function readIssues(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).filter(
    each => isMapping(each) && typeof each.message === "string" && typeof each.pointer === "string",
  ) as Issue[]
}
