/* Every verb, chosen by numbers. */
import * as d from "../index.ts"

export const NEW: d.Node = { label: "New", actions: [{ do: "send_message", text: "Hi" }], exit: { do: "end" } }

export function anyEdit(bot: d.Bot, verb: number, a: number, b: number): d.Edit {
  const names = d.nodeNames(bot)
  const [one, other] = [names[a % names.length]!, names[b % names.length]!]
  const ways = d.waysOf(d.nodeOf(bot, one))
  const way = ways[b % Math.max(1, ways.length)]?.id ?? "exit.node"
  const edits: (() => d.Edit)[] = [
    () => d.addNode(bot, NEW),
    () => d.addNode(bot, NEW, undefined, ["nodes", one, ...(ways[0]?.path ?? ["exit", "node"])]),
    () => d.removeNodes(bot, names.length > 1 ? [one] : []),
    () => d.labelNode(bot, one, `label ${b}`),
    () => d.renameNode(bot, one, `name ${b}`),
    () => d.startAt(bot, one),
    () => d.moveNodes(bot, new Map([[one, [a, b]]])),
    () => d.tidy(bot, undefined, one),
    () => d.addAction(bot, one, { do: "tag", tags: ["x"] }),
    () => d.moveAction(bot, one, 0, other, b % 3),
    () => d.removeAction(bot, one, 0),
    () => d.setAction(bot, one, 0, ["text"], `text ${a}`),
    () => d.setExit(bot, one, { do: "wait_for_reply", go_to: "" }),
    () => d.connect(bot, one, way, other),
    () => d.disconnect(bot, one, way),
    () => d.insertNode(bot, one, way, NEW),
    () => d.insertExisting(bot, one, way, other),
    () => d.duplicate(bot, [one, other]),
    () => d.paste(bot, d.read(d.copy(bot, [one]))!, [a, b]),
    () => d.addNote(bot, [a, b], "note"),
    () => d.setNote(bot, 0, { text: `${b}` }),
    () => d.removeNote(bot, 0),
    () => d.setValue(bot, ["inactivity", "after"], `${a + 1} min`),
    () => d.renameEndpoint(bot, "orders", "shop"),
    () => d.removeEndpoint(bot, "orders"),
  ]
  return edits[verb % edits.length]!()
}
