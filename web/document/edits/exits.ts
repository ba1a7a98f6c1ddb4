/* What is done to exits: change the kind or a key, connect and disconnect ways, put a node in between. */

import type { Edit } from "../edit.ts"
import { put } from "../edit.ts"
import { CARD_WIDTH, card } from "../geometry.ts"
import { COLUMN_GAP } from "../layout.ts"
import type { Bot, Exit, Node, Path, Point } from "../model.ts"
import { free, placesOf } from "../places.ts"
import { at, exitOf, has, nodeOf, text, titleOf } from "../read.ts"
import { type Way, waysOf } from "../ways.ts"
import { free as freeName } from "./names.ts"
import type { Added } from "./nodes.ts"
import { settle } from "./settle.ts"

/** Change the kind of an exit. Where the node led on stays: it becomes where the new exit leads on. */
export function setExit(bot: Bot, name: string, exit: Exit): Edit {
  const onward = mainTarget(nodeOf(bot, name))
  return {
    says: ["change_exit", { node: titleOf(bot, name) }],
    touches: [name],
    change(draft) {
      const node = draft.nodes[name]
      if (!node) return
      const next = structuredClone(exit) as Record<string, unknown>
      if (next.do === "go_to" && !next.node) next.node = onward
      if (next.do === "wait_for_reply" && !next.go_to) next.go_to = onward
      if (next.do === "route" && !next.otherwise) next.otherwise = onward
      node.exit = next as never
    },
  }
}

/** Where a node leads on when nothing is special. */
function mainTarget(node: Node | undefined): string {
  const main = waysOf(node).find(way => way.kind === "go_to" || way.kind === "reply" || way.kind === "otherwise")
  return main?.target ?? ""
}

export function setExitKey(bot: Bot, name: string, key: Path, value: unknown): Edit {
  return {
    says: ["change_exit", { node: titleOf(bot, name) }],
    touches: [name],
    mark: `exit ${name} ${key.join(".")}`,
    change(draft) {
      put(draft, ["nodes", name, "exit", ...key], value)
    },
  }
}

/** Connect a way to a node. A node that only ends goes on there instead: `wayId` is then "exit.node". */
export function connect(bot: Bot, name: string, wayId: string, target: string): Edit {
  const way = findWay(bot, name, wayId)
  return {
    says: ["connect", { node: titleOf(bot, name), target: titleOf(bot, target) }],
    touches: [name, target],
    change(draft) {
      if (way) put(draft, ["nodes", name, ...way.path], target)
      else if (exitOf(nodeOf(bot, name)).do === "end")
        put(draft, ["nodes", name, "exit"], { do: "go_to", node: target })
    },
  }
}

export function disconnect(bot: Bot, name: string, wayId: string): Edit {
  const way = findWay(bot, name, wayId)
  return {
    says: ["disconnect", { node: titleOf(bot, name), target: titleOf(bot, way?.target ?? "") }],
    touches: [name],
    change(draft) {
      if (way) put(draft, ["nodes", name, ...way.path], way.needed ? "" : undefined)
    },
  }
}

export function findWay(bot: Bot, name: string, wayId: string): Way | undefined {
  return waysOf(nodeOf(bot, name)).find(way => way.id === wayId)
}

/** Put a new node into a way: what led to the target leads to the node, and the node leads to the target. */
export function insertNode(bot: Bot, name: string, wayId: string, node: Node): Added {
  const way = findWay(bot, name, wayId)
  const fresh = freeName(node.label ?? "node", taken => has(bot, taken))
  const places = placesOf(bot)
  const [a, b] = [places.get(name) ?? [0, 0], places.get(way?.target ?? "")]
  const wanted: Point = b
    ? [Math.max((a[0] + b[0]) / 2, a[0] + CARD_WIDTH + 40), (a[1] + b[1]) / 2]
    : [a[0] + CARD_WIDTH + COLUMN_GAP, a[1]]
  const place = free(bot, places, wanted, card(node).height)
  return {
    name: fresh,
    says: ["insert_node", { node: node.label || fresh }],
    touches: [fresh],
    change(draft) {
      if (!way) return
      const kept = settle(draft)
      const added = structuredClone(node)
      draft.nodes[fresh] = added as never
      kept[fresh] = place
      lead(draft as Bot, fresh, way.target)
      put(draft, ["nodes", name, ...way.path], fresh)
    },
  }
}

/** Put a node that is there already into a way. */
export function insertExisting(bot: Bot, name: string, wayId: string, moved: string): Edit {
  const way = findWay(bot, name, wayId)
  return {
    says: ["insert_node", { node: titleOf(bot, moved) }],
    touches: [moved],
    change(draft) {
      if (!way || moved === name || moved === way.target) return
      lead(draft as Bot, moved, way.target)
      put(draft, ["nodes", name, ...way.path], moved)
    },
  }
}

/** Make a node lead on to the target: its open main way, or a go to instead of its end. */
function lead(bot: Bot, name: string, target: string): void {
  const node = nodeOf(bot, name)
  const open = waysOf(node).find(way => way.needed && !way.target)
  if (open) put(bot, ["nodes", name, ...open.path], target)
  else if (text(at(bot, ["nodes", name, "exit", "do"])) === "end")
    put(bot, ["nodes", name, "exit"], { do: "go_to", node: target })
}
