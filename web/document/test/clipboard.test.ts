import fc from "fast-check"
import { expect, test } from "vitest"
import { apply, type Bot, copy, lines, type Node, nodeNames, paste, read, waysOf } from "../index.ts"
import * as drawn from "./drawn.ts"

test("what is pasted is a copy under new names, and its ways stay among the copies", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const names = nodeNames(bot)
      const edit = paste(bot, read(copy(bot, names))!)
      const after = apply(bot, edit)
      expect(nodeNames(after)).toHaveLength(names.length * 2)
      const fresh = new Map(names.map((name, index) => [name, edit.names[index]!]))
      for (const name of names) {
        expect(after.nodes[name]).toBe(bot.nodes[name])
        const led = (drawn: Node | undefined, map: (target: string) => string) =>
          Object.fromEntries(waysOf(drawn).flatMap(way => (map(way.target) ? [[way.id, map(way.target)]] : [])))
        expect(led(after.nodes[fresh.get(name)!], target => target)).toEqual(
          led(bot.nodes[name], target => fresh.get(target) ?? ""),
        )
      }
    }),
  )
})

test("in another bot ways to nodes that are not there become open, and endpoints come along", () => {
  const from: Bot = {
    branchline: 1,
    bot: "from",
    start: "a",
    nodes: {
      a: { actions: [{ do: "fulfill", endpoint: "orders", failed: "b" }], exit: { do: "go_to", node: "b" } },
      b: { exit: { do: "end" } },
    },
    endpoints: { orders: { url: "https://shop.example/" } },
  }
  const to: Bot = { branchline: 1, bot: "to", start: "x", nodes: { x: { exit: { do: "end" } } } }
  const after = apply(to, paste(to, read(copy(from, ["a"]))!))
  expect(after.nodes.a).toEqual({ actions: [{ do: "fulfill", endpoint: "orders" }], exit: { do: "go_to", node: "" } })
  expect(after.endpoints).toEqual(from.endpoints)
})

test("any other text is not taken for nodes", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => read(text) === null))
  expect(read('{"branchline_nodes": 1, "nodes": {"a": 1}}')).toBeNull()
})

test("lines become buttons, each once, without their bullets", () => {
  expect(lines("- My order\n\n* A return\r\n1. My order\nSomething - else", 10)).toEqual([
    "My order",
    "A return",
    "Something - else",
  ])
})
