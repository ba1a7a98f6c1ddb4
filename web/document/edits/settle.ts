/* Write down where every node stands, so that one that comes or goes moves no other. */
import type { Draft } from "immer"
import { original } from "immer"
import type { Bot, Point } from "../model.ts"
import { placesOf } from "../places.ts"
import { isMapping } from "../read.ts"

export function settle(bot: Draft<Bot>): Record<string, Point> {
  const places = placesOf((original(bot) ?? bot) as Bot)
  if (!isMapping(bot.canvas)) bot.canvas = {}
  const kept: Record<string, [number, number]> = {}
  for (const [name, [x, y]] of places) if (Object.hasOwn(bot.nodes, name)) kept[name] = [x, y]
  bot.canvas.nodes = kept
  return bot.canvas.nodes as Record<string, Point>
}
