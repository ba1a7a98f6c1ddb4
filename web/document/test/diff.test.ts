import fc from "fast-check"
import { expect, test } from "vitest"
import { difference } from "../diff.ts"
import { ghosts } from "../ghosts.ts"
import { apply, history, links, nodeNames } from "../index.ts"
import * as drawn from "./drawn.ts"
import { anyEdit } from "./edits.ts"

const text = fc.array(fc.constantFrom("a", "parcel", "is", "on", " ", "\n", "its way")).map(parts => parts.join(" "))

test("a difference tells both texts whole", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = difference(before, after)
      const without = (kind: string) => parts.flatMap(each => (each.kind === kind ? [] : [each.text])).join("")
      expect(without("new")).toBe(before)
      expect(without("gone")).toBe(after)
      if (before === after) expect(parts.every(each => each.kind === "same")).toBe(true)
    }),
  )
})

test("every removed node has a ghost, and every way is what it was, gone, or new", () => {
  fc.assert(
    fc.property(drawn.bot, fc.array(fc.tuple(fc.nat(200), fc.nat(30), fc.nat(30)), { maxLength: 6 }), (bot, steps) => {
      const before = history.begin(bot).bot
      const after = steps.reduce((now, [verb, a, b]) => apply(now, anyEdit(now, verb, a, b)), before)
      const found = ghosts(before, after)
      expect(found.nodes.map(each => each.name)).toEqual(
        nodeNames(before).filter(each => !nodeNames(after).includes(each)),
      )
      const name = ({ source, way, target }: (typeof found.gone)[number]) => `${source}\n${way.id}\n${target}`
      const now = new Set(links(after).map(name))
      for (const each of found.gone) expect(now.has(name(each))).toBe(false)
      for (const each of links(after))
        expect(found.fresh.has(name(each))).toBe(!links(before).map(name).includes(name(each)))
    }),
  )
})
