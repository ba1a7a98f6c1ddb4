import fc from "fast-check"
import { expect, test } from "vitest"
import { apply, type Bot, history, labelNode, nodeNames, startAt } from "../index.ts"
import * as drawn from "./drawn.ts"
import { anyEdit } from "./edits.ts"

const script = fc.array(fc.tuple(fc.nat(200), fc.nat(30), fc.nat(30)), { maxLength: 20 })

test("undoing everything gives the bot that was, and doing it again the bot that became", () => {
  fc.assert(
    fc.property(drawn.bot, script, (bot, steps) => {
      const before = structuredClone(bot)
      let story = history.begin(bot)
      steps.forEach(([verb, a, b], index) => {
        story = history.make(story, anyEdit(story.bot, verb, a, b), index * 5_000)
      })
      const after = structuredClone(story.bot)
      const count = story.done.length
      for (let index = 0; index < count; index++) story = history.undo(story)
      expect(story.bot).toEqual(before)
      expect(Object.keys(story.bot.nodes)).toEqual(Object.keys(before.nodes))
      for (let index = 0; index < count; index++) story = history.redo(story)
      expect(story.bot).toEqual(after)
    }),
  )
})

test("typing in one field is one entry while no more than a second passes", () => {
  const bot: Bot = { branchline: 1, bot: "b", start: "a", nodes: { a: { exit: { do: "end" } } } }
  let story = history.begin(bot)
  story = history.make(story, labelNode(story.bot, "a", "H"), 0)
  story = history.make(story, labelNode(story.bot, "a", "He"), 900)
  story = history.make(story, labelNode(story.bot, "a", "Hel"), 1_800)
  expect(story.done).toHaveLength(1)
  story = history.make(story, labelNode(story.bot, "a", "Hell"), 3_000)
  expect(story.done).toHaveLength(2)
  expect(history.undo(history.undo(story)).bot).toEqual(bot)
})

test("what changes nothing is not kept", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const story = history.begin(bot)
      expect(history.make(story, startAt(bot, bot.start), 0)).toBe(story)
    }),
  )
})

test("an edit shares what it did not touch", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const [first, ...others] = nodeNames(bot)
      const after = apply(bot, labelNode(bot, first!, "another label"))
      for (const name of others) expect(after.nodes[name]).toBe(bot.nodes[name])
    }),
  )
})
