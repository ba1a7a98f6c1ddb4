/* Where nodes stand: as the author put them, and the rest beside what leads to them. */
import { CARD_WIDTH, card, overlaps } from "./geometry.ts"
import { COLUMN_GAP, layout, ROW_GAP } from "./layout.ts"
import type { Bot, Point } from "./model.ts"
import { once } from "./once.ts"
import { isMapping, isPoint, nodesOf } from "./read.ts"
import { sameShape } from "./shape.ts"
import { links } from "./ways.ts"

export const placesOf = once(
  findPlaces,
  (before, after) => before.canvas?.nodes === after.canvas?.nodes && sameShape(before, after),
)

function findPlaces(bot: Bot): ReadonlyMap<string, Point> {
  const nodes = nodesOf(bot)
  const kept = isMapping(bot.canvas?.nodes) ? bot.canvas.nodes : {}
  const places = new Map<string, Point>()
  for (const name of Object.keys(nodes)) if (isPoint(kept[name])) places.set(name, kept[name])
  if (places.size === 0) return layout(bot)
  const missing = Object.keys(nodes).filter(name => !places.has(name))
  if (!missing.length) return places
  const ways = links(bot)
  for (const name of missing) {
    const from = ways.find(way => way.target === name && places.has(way.source))
    const beside = from && places.get(from.source)
    const wanted: Point = beside ? [beside[0] + CARD_WIDTH + COLUMN_GAP, beside[1]] : [0, bottom(bot, places) + ROW_GAP]
    places.set(name, free(bot, places, wanted, card(nodes[name]).height))
  }
  return places
}

/** The first place at or below the wanted one where a card of this height touches no other. */
export function free(bot: Bot, places: ReadonlyMap<string, Point>, wanted: Point, height: number): Point {
  const nodes = nodesOf(bot)
  const taken = [...places].map(([name, place]) => [place, card(nodes[name]).height] as const)
  let y = wanted[1]
  for (let again = true; again; ) {
    again = false
    for (const [place, tall] of taken)
      if (overlaps([wanted[0], y - ROW_GAP / 2], height + ROW_GAP, place, tall)) {
        y = place[1] + tall + ROW_GAP
        again = true
      }
  }
  return [Math.round(wanted[0]), Math.round(y)]
}

function bottom(bot: Bot, places: ReadonlyMap<string, Point>): number {
  const nodes = nodesOf(bot)
  let far = 0
  for (const [name, [, y]] of places) far = Math.max(far, y + card(nodes[name]).height)
  return far
}
