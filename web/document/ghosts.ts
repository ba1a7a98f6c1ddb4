/* What a comparison draws besides the bot as it is: nodes that were removed, ways that were, and ways that are new. */
import { card } from "./geometry.ts"
import type { Bot, Node, Point } from "./model.ts"
import { free, placesOf } from "./places.ts"
import { has, nodeNames, nodeOf, nodesOf, titleOf } from "./read.ts"
import { type Link, links } from "./ways.ts"

export interface Ghost {
  name: string
  title: string
  node: Node
  place: Point
}

export interface Ghosts {
  nodes: readonly Ghost[]
  /** Ways that led somewhere else before, or nowhere now. */
  gone: readonly Link[]
  /** Ways that lead where none led before, as "node way target". */
  fresh: ReadonlySet<string>
}

const name = (link: Link) => `${link.source}\n${link.way.id}\n${link.target}`

export function ghosts(before: Bot, after: Bot): Ghosts {
  const places = new Map(placesOf(after))
  const was = placesOf(before)
  const both = { ...after, nodes: { ...nodesOf(before), ...nodesOf(after) } }
  const nodes: Ghost[] = []
  for (const each of nodeNames(before)) {
    const node = nodeOf(before, each)
    if (!node || has(after, each)) continue
    const place = free(both, places, was.get(each) ?? [0, 0], card(node).height)
    places.set(each, place)
    nodes.push({ name: each, title: titleOf(before, each), node, place })
  }
  const [old, now] = [links(before), links(after)]
  const [oldNames, nowNames] = [new Set(old.map(name)), new Set(now.map(name))]
  const isThere = (each: string) => has(before, each) || has(after, each)
  return {
    nodes,
    gone: old.filter(link => isThere(link.target) && !nowNames.has(name(link))),
    fresh: new Set(now.map(name).filter(each => !oldNames.has(each))),
  }
}
