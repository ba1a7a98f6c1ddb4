import fc from "fast-check"
import { expect, test } from "vitest"
import { CARD_WIDTH } from "../geometry.ts"
import {
  addNode,
  apply,
  card,
  history,
  knownData,
  labelNode,
  layout,
  type Node,
  nodeNames,
  nodeOf,
  overlaps,
  placesOf,
  reachable,
  waysOf,
} from "../index.ts"
import { COLUMN_GAP } from "../layout.ts"
import * as drawn from "./drawn.ts"
import { anyEdit, NEW } from "./edits.ts"

test("no card lies on another", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const places = [...layout(bot)]
      expect(places).toHaveLength(nodeNames(bot).length)
      for (const [i, [one, a]] of places.entries())
        for (const [other, b] of places.slice(i + 1))
          expect(
            overlaps(a, card(nodeOf(bot, one)).height, b, card(nodeOf(bot, other)).height),
            `${one} ${a} on ${other} ${b}`,
          ).toBe(false)
    }),
  )
})

test("the start is leftmost, and children stand in the order of their ways", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const places = layout(bot)
      expect(places.get(bot.start)![0]).toBe(Math.min(...[...places.values()].map(([x]) => x)))
      const parent = new Map<string, string>()
      const order = [bot.start]
      for (const name of order)
        for (const way of waysOf(nodeOf(bot, name)))
          if (nodeOf(bot, way.target) && way.target !== bot.start && !parent.has(way.target)) {
            parent.set(way.target, name)
            order.push(way.target)
          }
      for (const name of order) {
        const children = order.filter(child => parent.get(child) === name).map(child => places.get(child)!)
        for (const [index, [x, y]] of children.entries()) {
          expect(x).toBe(places.get(name)![0] + CARD_WIDTH + COLUMN_GAP)
          if (index) expect(y).toBeGreaterThan(children[index - 1]![1])
        }
      }
    }),
  )
})

test("it is stable: a label, or a node that nothing leads to, moves no node of the tree against another", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const before = layout(bot)
      expect([...layout(apply(bot, labelNode(bot, bot.start, "other words")))]).toEqual([...before])
      const after = layout(apply(bot, addNode(bot, NEW)))
      for (const name of reachable({ ...bot, words: [] })) expect(after.get(name)).toEqual(before.get(name))
    }),
  )
})

test("a chain of ten thousand nodes is laid out", () => {
  const nodes: Record<string, Node> = {}
  for (let index = 0; index < 10_000; index++) nodes[`n${index}`] = { exit: { do: "go_to", node: `n${index + 1}` } }
  expect(layout({ branchline: 1, bot: "b", start: "n0", nodes }).size).toBe(10_000)
})

test("what the author put somewhere stays there, and the rest has places of its own", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const places = placesOf(bot)
      expect(new Set(places.keys())).toEqual(new Set(nodeNames(bot)))
      for (const [name, place] of Object.entries(bot.canvas?.nodes ?? {}))
        if (nodeOf(bot, name)) expect(places.get(name)).toEqual(place)
    }),
  )
})

test("what is remembered of a bot is what would be found of it anew", () => {
  const script = fc.array(fc.tuple(fc.nat(200), fc.nat(30), fc.nat(30)), { maxLength: 12 })
  fc.assert(
    fc.property(drawn.bot, script, (bot, steps) => {
      let story = history.begin(bot)
      const look = () => {
        const anew = structuredClone(story.bot)
        expect([...placesOf(story.bot)]).toEqual([...placesOf(anew)])
        expect(reachable(story.bot)).toEqual(reachable(anew))
        expect(knownData(story.bot)).toEqual(knownData(anew))
      }
      steps.forEach(([verb, a, b], index) => {
        story = history.make(story, anyEdit(story.bot, verb, a, b), index * 5_000)
        look()
      })
      while (story.done.length) {
        story = history.undo(story)
        look()
      }
    }),
  )
})
