/* The ways out of a node, in the order of their rows on the card: where each leads, and at which place that stands. */
import type { Bot, Case, Node, Path, WaitForReply } from "./model.ts"
import { actionsOf, captureOf, choicesOf, exitOf, isMapping, list, nodesOf, text } from "./read.ts"

export type WayKind = "go_to" | "reply" | "choice" | "refused" | "no_reply" | "case" | "otherwise" | "failed"

export interface Way {
  /** Stable while the shape of the node stays: the path from the node, with dots. */
  id: string
  kind: WayKind
  /** From the node, such as ["exit", "cases", 0, "go_to"]. */
  path: Path
  /** "" when it is not connected. */
  target: string
  /** Which action, case or choice it is of. */
  index: number
  /** A bot cannot be published while this way is open. */
  needed: boolean
  /** Where a choice without a node of its own leads. */
  inherited?: string
}

/** A reply of these kinds is always understood after a while, or may be asked for again without harm. */
const MAY_ASK_AGAIN = new Set(["one_of", "yes_no"])

/** Of nodes that cannot change any more, as those of a history are: they are asked for again and again. */
const kept = new WeakMap<Node, Way[]>()

export function waysOf(node: Node | undefined): Way[] {
  if (!isMapping(node) || !Object.isFrozen(node)) return readWays(node)
  const known = kept.get(node) ?? readWays(node)
  kept.set(node, known)
  return known
}

function readWays(node: Node | undefined): Way[] {
  const ways: Way[] = []
  const add = (kind: WayKind, path: Path, target: unknown, needed: boolean, index = 0, inherited?: string) =>
    ways.push({
      id: path.join("."),
      kind,
      path,
      target: text(target),
      index,
      needed,
      ...(inherited === undefined ? {} : { inherited }),
    })
  const exit = exitOf(node) as Record<string, unknown>
  switch (exit.do) {
    case "go_to":
      add("go_to", ["exit", "node"], exit.node, true)
      break
    case "wait_for_reply": {
      const { go_to, failed, no_reply } = exit as unknown as WaitForReply
      const capture = captureOf(node)
      if (capture?.kind === "one_of")
        choicesOf(capture).forEach((choice, index) => {
          add("choice", ["exit", "capture", "choices", index, "go_to"], choice.go_to, false, index, text(go_to))
        })
      add("reply", ["exit", "go_to"], go_to, true)
      if (capture || failed) add("refused", ["exit", "failed"], failed, false)
      if (isMapping(no_reply)) add("no_reply", ["exit", "no_reply", "go_to"], no_reply.go_to, true)
      break
    }
    case "route":
      list<Case>(exit.cases).forEach((each, index) => {
        add("case", ["exit", "cases", index, "go_to"], isMapping(each) ? each.go_to : "", true, index)
      })
      add("otherwise", ["exit", "otherwise"], exit.otherwise, true)
      break
  }
  actionsOf(node).forEach((action, index) => {
    if (action.do === "fulfill" || action.do === "custom_request")
      add("failed", ["actions", index, "failed"], action.failed, false, index)
  })
  return ways
}

/** Is this open way worth a warning on the card? */
export function isOpen(way: Way, node: Node | undefined): boolean {
  if (way.target) return false
  if (way.kind === "choice") return false
  if (way.kind === "refused") return !MAY_ASK_AGAIN.has(text(captureOf(node)?.kind))
  return true
}

export interface Link {
  source: string
  target: string
  way: Way
}

/** Every connected way of the bot, in the order of the file; targets may be unknown. */
export function links(bot: Bot): Link[] {
  return Object.entries(nodesOf(bot)).flatMap(([source, node]) =>
    waysOf(node).flatMap(way => (way.target ? [{ source, target: way.target, way }] : [])),
  )
}

/** The ways that lead to a node, words included as ways without a source. */
export function waysTo(bot: Bot, name: string): Link[] {
  return links(bot).filter(link => link.target === name)
}
