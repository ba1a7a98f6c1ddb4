/* The shape of a bot: how large its cards are and what leads where, whatever the texts say. */
import { card } from "./geometry.ts"
import type { Bot, Node } from "./model.ts"
import { nodesAlike, once } from "./once.ts"
import { nodesOf, text, wordsOf } from "./read.ts"
import { waysOf } from "./ways.ts"

/** Are cards of one size, and do all ways lead where they led? Texts may differ. */
export function sameShape(before: Bot, after: Bot): boolean {
  return before.start === after.start && before.words === after.words && nodesAlike(before, after, sameCard)
}

function sameCard(a: Node, b: Node): boolean {
  const [one, other] = [card(a), card(b)]
  return (
    one.height === other.height &&
    one.ways.length === other.ways.length &&
    one.ways.every((way, index) => way.target === other.ways[index]!.target)
  )
}

/** The nodes that an interaction can come to, from the start and by words. */
export const reachable = once(findReachable, sameShape)

function findReachable(bot: Bot): ReadonlySet<string> {
  const nodes = nodesOf(bot)
  const pending = [text(bot.start), ...wordsOf(bot).map(word => text(word.go_to))]
  const seen = new Set<string>()
  while (pending.length) {
    const name = pending.pop()!
    if (seen.has(name) || !Object.hasOwn(nodes, name)) continue
    seen.add(name)
    for (const way of waysOf(nodes[name])) if (way.target) pending.push(way.target)
  }
  return seen
}
