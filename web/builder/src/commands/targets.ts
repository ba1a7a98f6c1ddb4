/* Nodes as targets of ways: in which order they are listed, and what each is called. */
import { type Bot, nodesAlike, nodesOf, once, placesOf, titleOf } from "../../../document/index.ts"

export interface Target {
  value: string
  label: string
}

const sameTitles = (before: Bot, after: Bot) => nodesAlike(before, after, (a, b) => a.label === b.label)

/** The names of nodes from left to right. */
export const inOrder = once(
  (bot): readonly string[] =>
    [...placesOf(bot)].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1]).map(([name]) => name),
  (before, after) => placesOf(before) === placesOf(after),
)

/** How many nodes have each title. */
const titles = once((bot): ReadonlyMap<string, number> => {
  const count = new Map<string, number>()
  for (const name of Object.keys(nodesOf(bot))) count.set(titleOf(bot, name), (count.get(titleOf(bot, name)) ?? 0) + 1)
  return count
}, sameTitles)

/** What a node is called in a list: by its title, and a title that several have is followed by the name. */
export function targetLabel(bot: Bot, name: string): string {
  const title = titleOf(bot, name)
  return (titles(bot).get(title) ?? 0) > 1 ? `${title} (${name})` : title
}

/** All nodes, in the order in which they stand. */
export const targetsOf = once(
  (bot): readonly Target[] => inOrder(bot).map(name => ({ value: name, label: targetLabel(bot, name) })),
  (before, after) => placesOf(before) === placesOf(after) && sameTitles(before, after),
)
