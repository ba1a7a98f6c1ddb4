/*
 * What is told of a whole bot is told once for each bot: undoing comes back to bots of which it is known, and an edit that
 * changes nothing of it keeps it.
 */
import type { Bot, Node } from "./model.ts"
import { nodesOf } from "./read.ts"

/** Remember what is made of bots that cannot change any more; of two that are alike it is the same object. */
export function once<T>(make: (bot: Bot) => T, alike: (before: Bot, after: Bot) => boolean): (bot: Bot) => T {
  const known = new WeakMap<Bot, { made: T }>()
  let last: { bot: Bot; made: T } | undefined
  return bot => {
    if (!Object.isFrozen(bot)) return make(bot)
    const kept = known.get(bot) ?? { made: last && alike(last.bot, bot) ? last.made : make(bot) }
    known.set(bot, kept)
    last = { bot, made: kept.made }
    return kept.made
  }
}

/** Have two bots the same nodes in the same order, each alike? */
export function nodesAlike(before: Bot, after: Bot, alike: (a: Node, b: Node) => boolean): boolean {
  const [a, b] = [nodesOf(before), nodesOf(after)]
  if (a === b) return true
  const [names, others] = [Object.keys(a), Object.keys(b)]
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && (a[name] === b[name] || alike(a[name]!, b[name]!)))
  )
}
