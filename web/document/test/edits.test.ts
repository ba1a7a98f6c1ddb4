import fc from "fast-check"
import { expect, test } from "vitest"
import { compare } from "../compare.ts"
import {
  apply,
  type Bot,
  insertNode,
  links,
  moveAction,
  nodeNames,
  nodeOf,
  removeNodes,
  renameNode,
  same,
} from "../index.ts"
import * as drawn from "./drawn.ts"
import { anyEdit, NEW } from "./edits.ts"

test("a removed node leaves no way to it, and the bot still starts somewhere", () => {
  fc.assert(
    fc.property(drawn.bot, fc.nat(30), (bot, which) => {
      const names = nodeNames(bot)
      fc.pre(names.length > 1)
      const gone = names[which % names.length]!
      const after = apply(bot, removeNodes(bot, [gone]))
      expect(links(after).filter(link => link.target === gone)).toEqual([])
      expect(nodeOf(after, after.start)).toBeDefined()
      expect(after.words?.some(word => word.go_to === gone)).not.toBe(true)
    }),
  )
})

test("a renamed node keeps every way to it", () => {
  fc.assert(
    fc.property(drawn.bot, fc.nat(30), (bot, which) => {
      const old = nodeNames(bot)[which % nodeNames(bot).length]!
      const edit = renameNode(bot, old, "Quite another name")
      const after = apply(bot, edit)
      const renamed = (name: string) => (name === old ? edit.name : name)
      const ways = (drawn: Bot, map = (name: string) => name) =>
        links(drawn).map(link => [map(link.source), link.way.id, map(link.target)].join(" "))
      expect(ways(after)).toEqual(ways(bot, renamed))
      expect(after.start).toBe(renamed(bot.start))
    }),
  )
})

test("a node that is put into a way leads on where the way led", () => {
  fc.assert(
    fc.property(drawn.bot, bot => {
      const link = links(bot).find(each => nodeOf(bot, each.target))
      fc.pre(link !== undefined)
      const edit = insertNode(bot, link!.source, link!.way.id, NEW)
      const ways = links(apply(bot, edit))
      expect(ways).toContainEqual(expect.objectContaining({ source: link!.source, target: edit.name }))
      expect(ways).toContainEqual(expect.objectContaining({ source: edit.name, target: link!.target }))
    }),
  )
})

test("an action that is moved is at its place, and no other is lost", () => {
  fc.assert(
    fc.property(drawn.bot, fc.nat(20), fc.nat(20), fc.nat(5), (bot, a, b, position) => {
      const names = nodeNames(bot)
      const [from, to] = [names[a % names.length]!, names[b % names.length]!]
      fc.pre((bot.nodes[from]!.actions ?? []).length > 0)
      const action = bot.nodes[from]!.actions![0]!
      const wanted = Math.min(position, bot.nodes[to]!.actions!.length)
      const after = apply(bot, moveAction(bot, from, 0, to, wanted))
      const all = (drawn: Bot) => Object.values(drawn.nodes).flatMap(node => node.actions ?? []).length
      expect(all(after)).toBe(all(bot))
      expect(after.nodes[to]!.actions![from === to && wanted > 0 ? wanted - 1 : wanted]).toEqual(action)
    }),
  )
})

test("a bot compared with itself has no changes, and every edit shows", () => {
  fc.assert(
    fc.property(drawn.bot, fc.nat(200), fc.nat(30), fc.nat(30), (bot, verb, a, b) => {
      expect(compare(bot, structuredClone(bot))).toEqual([])
      const after = apply(bot, anyEdit(bot, verb, a, b))
      expect(compare(bot, after).length > 0).toBe(!same(bot, after))
    }),
  )
})
