/* Arrow keys walk the ways: right to where a node leads, left to where it comes from, up and down among its neighbours. */
import { type Bot, links, nodeOf, type Point, waysOf } from "../../../document/index.ts"

export function neighbour(bot: Bot, places: ReadonlyMap<string, Point>, from: string, key: string): string | undefined {
  const here = places.get(from)
  if (!here) return undefined
  if (key === "ArrowRight") {
    const led = waysOf(nodeOf(bot, from))
      .map(way => way.target)
      .filter(name => places.has(name) && name !== from)
    return led.find(name => places.get(name)![0] > here[0]) ?? led[0]
  }
  if (key === "ArrowLeft") {
    const led = links(bot)
      .filter(link => link.target === from && link.source !== from)
      .map(link => link.source)
    return led.find(name => places.has(name) && places.get(name)![0] < here[0]) ?? led[0]
  }
  const down = key === "ArrowDown"
  let best: string | undefined
  let nearest = Number.POSITIVE_INFINITY
  for (const [name, [x, y]] of places) {
    const dy = down ? y - here[1] : here[1] - y
    if (name === from || dy <= 0) continue
    const distance = dy + Math.abs(x - here[0]) * 3
    if (distance < nearest) [best, nearest] = [name, distance]
  }
  return best
}
