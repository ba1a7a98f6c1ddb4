/* Doing what a person chose from the palette or a menu of actions. */
import type { Bot, Node } from "../../../document/index.ts"
import { actionsOf, addAction, addNode, insertNode, nodeOf, setExit } from "../../../document/index.ts"
import type { Asked, EditorStore } from "../editing/store.ts"
import { type Offer, offerName } from "./kinds.ts"

export function nodeFor(offer: Offer, bot: Bot): Node {
  const label = offerName(offer)
  if (offer.action) return { label, actions: [offer.action(bot)], exit: { do: "end" } }
  return { label, exit: offer.exit?.(bot) ?? { do: "end" } }
}

export function choose(store: EditorStore, offer: Offer, asked: Omit<Asked, "at">): void {
  const { make, history } = store.getState()
  const bot = history.bot
  const node = asked.node === undefined ? undefined : nodeOf(bot, asked.node)
  if (asked.node !== undefined && node) {
    const name = asked.node
    if (offer.action) {
      const index = asked.index ?? actionsOf(node).length
      make(addAction(bot, name, offer.action(bot), index), { select: { nodes: [name], row: index }, focus: true })
    } else if (offer.exit)
      make(setExit(bot, name, offer.exit(bot)), { select: { nodes: [name], row: "exit" }, focus: true })
  } else if (asked.between) {
    const edit = insertNode(bot, asked.between.source, asked.between.way, nodeFor(offer, bot))
    make(edit, { select: { nodes: [edit.name], row: offer.action ? 0 : "exit" }, focus: true })
  } else {
    const edit = addNode(bot, nodeFor(offer, bot), asked.place, asked.from)
    make(edit, { select: { nodes: [edit.name], row: offer.action ? 0 : "exit" }, focus: true })
  }
}
