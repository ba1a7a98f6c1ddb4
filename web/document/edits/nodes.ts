/* What is done to nodes: add, remove, label, rename, start at, move, tidy. */

import type { Edit } from "../edit.ts"
import { put } from "../edit.ts"
import { CARD_WIDTH, card } from "../geometry.ts"
import { COLUMN_GAP, layout } from "../layout.ts"
import type { Bot, Node, Path, Point } from "../model.ts"
import { free, placesOf } from "../places.ts"
import { has, nodeNames, nodeOf, nodesOf, titleOf, wordsOf } from "../read.ts"
import { waysOf } from "../ways.ts"
import { free as freeName } from "./names.ts"
import { settle } from "./settle.ts"

export interface Added extends Edit {
  name: string
}

/** Add a node; `from` is a way, ["nodes", name, …], that is connected to it. Without a place it stands beside `from`. */
export function addNode(bot: Bot, node: Node, wanted?: Point, from?: Path): Added {
  const name = freeName(node.label ?? "node", taken => has(bot, taken))
  const places = placesOf(bot)
  const source = from ? places.get(String(from[1])) : undefined
  const height = card(node).height
  const beside: Point = source ? [source[0] + CARD_WIDTH + COLUMN_GAP, source[1]] : [0, 0]
  const place = wanted ?? free(bot, places, beside, height)
  return {
    name,
    says: ["add_node", { node: node.label || name }],
    touches: [name],
    change(draft) {
      const kept = settle(draft)
      draft.nodes[name] = structuredClone(node) as never
      kept[name] = [Math.round(place[0]), Math.round(place[1])]
      if (!from) return
      // A node that only ends goes on there instead.
      const source = draft.nodes[String(from[1])]
      if (from.slice(2).join(".") === "exit.node" && source?.exit?.do === "end")
        source.exit = { do: "go_to", node: name }
      else put(draft, from, name)
    },
  }
}

/** Remove nodes; ways to them become open. When the start goes, the bot starts where it led. */
export function removeNodes(bot: Bot, names: readonly string[]): Edit {
  const gone = new Set(names.filter(name => has(bot, name)))
  const [only] = gone
  return {
    says: gone.size === 1 ? ["remove_node", { node: titleOf(bot, only!) }] : ["remove_nodes", { count: gone.size }],
    touches: nodeNames(bot).filter(
      name => !gone.has(name) && waysOf(nodeOf(bot, name)).some(way => gone.has(way.target)),
    ),
    change(draft) {
      const kept = settle(draft)
      for (const name of gone) {
        delete draft.nodes[name]
        delete kept[name]
      }
      for (const [name, node] of Object.entries(draft.nodes))
        for (const way of waysOf(node as Node))
          if (gone.has(way.target)) put(draft, ["nodes", name, ...way.path], way.needed ? "" : undefined)
      draft.words = draft.words?.filter(word => !(word.go_to && gone.has(word.go_to))) as never
      if (draft.words === undefined) delete draft.words
      if (gone.has(draft.start)) draft.start = nextStart(bot, gone)
    },
  }
}

function nextStart(bot: Bot, gone: ReadonlySet<string>): string {
  const order = [...layout(bot).keys()]
  return order.find(name => !gone.has(name)) ?? ""
}

export function labelNode(bot: Bot, name: string, label: string): Edit {
  return {
    says: ["label_node", { node: titleOf(bot, name) }],
    touches: [name],
    mark: `label ${name}`,
    change(draft) {
      put(draft, ["nodes", name, "label"], label === "" ? undefined : label)
    },
  }
}

/** Give a node another name in the file; every way to it follows. */
export function renameNode(bot: Bot, name: string, wanted: string): Added {
  const to = wanted === name ? name : freeName(wanted, taken => taken !== name && has(bot, taken))
  return {
    name: to,
    says: ["rename_node", { node: titleOf(bot, name) }],
    touches: [to],
    change(draft) {
      if (to === name) return
      const rename = (each: string) => (each === name ? to : each)
      draft.nodes = Object.fromEntries(Object.entries(draft.nodes).map(([key, node]) => [rename(key), node]))
      for (const [key, node] of Object.entries(draft.nodes))
        for (const way of waysOf(node as Node)) if (way.target === name) put(draft, ["nodes", key, ...way.path], to)
      for (const word of draft.words ?? []) if (word.go_to === name) word.go_to = to
      draft.start = rename(draft.start)
      const kept = draft.canvas?.nodes
      if (kept?.[name]) {
        kept[to] = kept[name]
        delete kept[name]
      }
    },
  }
}

export function startAt(bot: Bot, name: string): Edit {
  return {
    says: ["start_at", { node: titleOf(bot, name) }],
    touches: [name],
    change(draft) {
      draft.start = name
    },
  }
}

export function moveNodes(bot: Bot, to: ReadonlyMap<string, Point>): Edit {
  return {
    says: ["move_nodes", { count: to.size, node: titleOf(bot, [...to.keys()][0] ?? "") }],
    touches: [...to.keys()],
    change(draft) {
      const kept = settle(draft)
      for (const [name, [x, y]] of to) if (has(bot, name)) kept[name] = [Math.round(x), Math.round(y)]
    },
  }
}

/**
 * Lay all nodes out anew, or the chosen ones alone: those keep the top left corner that they had together. The node
 * `still` stays where it is, so that the author does not lose sight.
 */
export function tidy(bot: Bot, chosen?: readonly string[], still?: string): Edit {
  const before = placesOf(bot)
  const some = chosen && chosen.length > 1 ? new Set(chosen) : undefined
  const fresh = layout(some ? only(bot, some) : bot)
  const corner = (places: ReadonlyMap<string, Point>, axis: 0 | 1) =>
    Math.min(...[...fresh.keys()].map(name => places.get(name)?.[axis] ?? 0))
  const anchor = still && fresh.has(still) ? still : undefined
  const moved = (axis: 0 | 1) =>
    anchor && before.has(anchor)
      ? before.get(anchor)![axis] - fresh.get(anchor)![axis]
      : some
        ? corner(before, axis) - corner(fresh, axis)
        : 0
  const [dx, dy] = [moved(0), moved(1)]
  return {
    says: ["tidy"],
    touches: [...fresh.keys()],
    change(draft) {
      const kept = settle(draft)
      for (const [name, [x, y]] of fresh) kept[name] = [x + dx, y + dy]
    },
  }
}

function only(bot: Bot, names: ReadonlySet<string>): Bot {
  return { ...bot, nodes: Object.fromEntries(Object.entries(nodesOf(bot)).filter(([name]) => names.has(name))) }
}

/** Does a word lead here? */
export function isSpoken(bot: Bot, name: string): boolean {
  return wordsOf(bot).some(word => word.go_to === name)
}
