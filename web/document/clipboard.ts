/*
 * Nodes as text, to be pasted into the same or another bot: JSON with `branchline_nodes: 1`. Names are made new; ways
 * between the copied nodes follow; ways to others stay when the bot has such a node, else they become open. Endpoints
 * that the nodes ask come along by name, with their settings (secrets are only named in them).
 */
import type { Edit } from "./edit.ts"
import { put } from "./edit.ts"
import { free as freeName } from "./edits/names.ts"
import { settle } from "./edits/settle.ts"
import { card } from "./geometry.ts"
import type { Bot, Endpoint, Node, Point } from "./model.ts"
import { free, placesOf } from "./places.ts"
import { actionsOf, endpointsOf, has, isMapping, isPoint, nodeOf, text, titleOf } from "./read.ts"
import { waysOf } from "./ways.ts"

/** What may be pasted at most, in characters: a whole bot has 2 MB. */
export const PASTE_LIMIT = 2_000_000

export interface Copied {
  branchline_nodes: 1
  bot: string
  nodes: Record<string, Node>
  places: Record<string, Point>
  endpoints: Record<string, Endpoint>
}

export function copy(bot: Bot, names: readonly string[]): string {
  const places = placesOf(bot)
  const copied: Copied = { branchline_nodes: 1, bot: bot.bot, nodes: {}, places: {}, endpoints: {} }
  for (const name of names) {
    const node = nodeOf(bot, name)
    if (!node) continue
    copied.nodes[name] = node
    copied.places[name] = places.get(name) ?? [0, 0]
    for (const action of actionsOf(node)) {
      const endpoint = text((action as { endpoint?: unknown }).endpoint)
      const known = endpointsOf(bot)[endpoint]
      if (known) copied.endpoints[endpoint] = known
    }
  }
  return JSON.stringify(copied, null, 2)
}

/** Read what was copied; null when the text is something else. */
export function read(words: string): Copied | null {
  if (words.length > PASTE_LIMIT || !words.includes("branchline_nodes")) return null
  try {
    const found: unknown = JSON.parse(words)
    if (!isMapping(found) || found.branchline_nodes !== 1 || !isMapping(found.nodes)) return null
    const nodes = Object.fromEntries(
      Object.entries(found.nodes).filter(([, node]) => isMapping(node)),
    ) as Copied["nodes"]
    if (!Object.keys(nodes).length) return null
    const places = isMapping(found.places) ? found.places : {}
    return {
      branchline_nodes: 1,
      bot: text(found.bot),
      nodes,
      places: Object.fromEntries(Object.entries(places).filter(([, place]) => isPoint(place))) as Copied["places"],
      endpoints: (isMapping(found.endpoints) ? found.endpoints : {}) as Copied["endpoints"],
    }
  } catch {
    return null
  }
}

export interface Pasted extends Edit {
  names: string[]
}

/** Paste copied nodes with their middle near `to`, or beside where they were copied. */
export function paste(bot: Bot, copied: Copied, to?: Point, verb: "paste" | "duplicate" = "paste"): Pasted {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const [name, node] of Object.entries(copied.nodes)) {
    const fresh = freeName(text(node.label) || name, each => has(bot, each) || taken.has(each))
    taken.add(fresh)
    names.set(name, fresh)
  }
  const given = Object.keys(copied.nodes).map(name => copied.places[name] ?? ([0, 0] as const))
  const corner: Point = [Math.min(...given.map(place => place[0])), Math.min(...given.map(place => place[1]))]
  const target = to ?? ([corner[0] + 40, corner[1] + 40] as const)
  const places = new Map(placesOf(bot))
  const where = new Map<string, Point>()
  for (const [name, node] of Object.entries(copied.nodes)) {
    const old = copied.places[name] ?? corner
    const wanted: Point = [target[0] + old[0] - corner[0], target[1] + old[1] - corner[1]]
    const fresh = names.get(name)!
    const place = free(bot, places, wanted, card(node).height)
    where.set(fresh, place)
  }
  const one = Object.keys(copied.nodes)[0] ?? ""
  return {
    names: [...names.values()],
    says: [verb, { count: names.size, node: text(copied.nodes[one]?.label) || one }],
    touches: [...names.values()],
    change(draft) {
      const kept = settle(draft)
      for (const [name, node] of Object.entries(copied.nodes)) {
        const fresh = names.get(name)!
        draft.nodes[fresh] = structuredClone(node) as never
        kept[fresh] = where.get(fresh)!
        for (const way of waysOf(node)) {
          const led = names.get(way.target) ?? (has(bot, way.target) ? way.target : "")
          if (way.target && led !== way.target)
            put(draft, ["nodes", fresh, ...way.path], led || (way.needed ? "" : undefined))
        }
      }
      for (const [name, endpoint] of Object.entries(copied.endpoints))
        if (isMapping(endpoint) && !Object.hasOwn(endpointsOf(bot), name))
          put(draft, ["endpoints", name], structuredClone(endpoint))
    },
  }
}

export function duplicate(bot: Bot, names: readonly string[]): Pasted {
  return paste(
    bot,
    read(copy(bot, names)) ?? { branchline_nodes: 1, bot: "", nodes: {}, places: {}, endpoints: {} },
    undefined,
    "duplicate",
  )
}

/** Lines of plain text, such as buttons: each once, without bullets and empty ones. */
export function lines(words: string, most: number): string[] {
  const found = words.split(/\r?\n/).map(line => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "").trim())
  return [...new Set(found.filter(Boolean))].slice(0, most)
}

/** What nodes are called together, for menus. */
export function named(bot: Bot, names: readonly string[]): string {
  return names.map(name => titleOf(bot, name)).join(", ")
}
