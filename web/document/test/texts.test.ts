import fc from "fast-check"
import { expect, test } from "vitest"
import { compare } from "../compare.ts"
import {
  addAction,
  apply,
  type Bot,
  knownData,
  links,
  marks,
  openInsert,
  parsePointer,
  pieces,
  placesOf,
  pointer,
  reachable,
  search,
  usedIn,
} from "../index.ts"
import * as drawn from "./drawn.ts"

test("the pieces of a text are the text, and inserts show as what is inserted", () => {
  fc.assert(
    fc.property(fc.string(), text => {
      fc.pre(!text.includes("{{"))
      expect(
        pieces(text)
          .map(piece => piece.text)
          .join(""),
      ).toBe(text)
    }),
  )
  expect(pieces("Hi {{ name | upper }}!")).toEqual([
    { text: "Hi " },
    { text: "name | upper", name: "name" },
    { text: "!" },
  ])
})

test("an insert is open from its braces to the cursor", () => {
  expect(openInsert("Hi {{ na", 8)).toEqual({ from: 3, typed: "na" })
  expect(openInsert("Hi {{ name }} x", 15)).toBeNull()
  expect(openInsert("Hi {{ name | up", 15)).toBeNull()
})

test("a search finds a node by any words of its texts, without regard to case and accents", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const after = apply(bot, addAction(bot, bot.start, { do: "send_message", text: "The Zebrafish, naïve" }))
      expect(search(after, "zebrafish naive").map(hit => hit.node)).toEqual([bot.start])
    }),
  )
})

test("data is known where it is set, and used where it is inserted or compared", () => {
  const bot: Bot = {
    branchline: 1,
    bot: "b",
    start: "a",
    nodes: {
      a: { actions: [{ do: "send_message", text: "{{ name | upper }}" }], exit: { do: "end" } },
      b: {
        exit: {
          do: "route",
          cases: [{ when: { any: [{ operand: "data.name", operator: "is_set" }] }, go_to: "a" }],
          otherwise: "a",
        },
      },
      c: { exit: { do: "wait_for_reply", go_to: "a", capture: { kind: "text", name: "name", label: "Name" } } },
    },
  }
  expect(usedIn(bot, "name")).toEqual(["a", "b"])
  expect(knownData(bot)).toEqual([{ name: "name", label: "Name", setIn: ["c"], from: "capture" }])
})

test("a pointer is the path it was made of", () => {
  const path = fc.tuple(
    fc.constantFrom("nodes", "endpoints"),
    fc.string(),
    fc.constantFrom("exit", "a/b", "~"),
    fc.nat(20),
  )
  fc.assert(
    fc.property(path, path => {
      expect(parsePointer(pointer(path))).toEqual(path)
    }),
  )
})

test("the worst issue marks a node", () => {
  const bot: Bot = { branchline: 1, bot: "b", start: "a", nodes: { "a/1": { exit: { do: "end" } } } }
  const issue = (severity: "error" | "warning") => ({ severity, code: "x.y", message: "", pointer: "/nodes/a~11/exit" })
  expect(marks(bot, [issue("warning"), issue("error"), issue("warning")])).toEqual(new Map([["a/1", "error"]]))
})

test("a draft of any shape can be read", () => {
  const keys = fc.constantFrom("nodes", "start", "canvas", "words", "endpoints", "data")
  const read = (bot: Bot) => {
    placesOf(bot)
    search(bot, "a")
    reachable(bot)
    links(bot)
    knownData(bot)
    usedIn(bot, "a")
    compare(bot, bot)
  }
  fc.assert(fc.property(fc.dictionary(keys, fc.jsonValue()), value => read(value as unknown as Bot)))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), nodes => read({ start: "", nodes } as unknown as Bot)),
  )
  const parts = fc.record({
    actions: fc.jsonValue(),
    exit: fc.record({
      do: fc.constantFrom("route", "wait_for_reply", "go_to"),
      cases: fc.jsonValue(),
      capture: fc.jsonValue(),
      no_reply: fc.jsonValue(),
    }),
  })
  fc.assert(fc.property(fc.dictionary(fc.string(), parts), nodes => read({ start: "", nodes } as unknown as Bot)))
})
