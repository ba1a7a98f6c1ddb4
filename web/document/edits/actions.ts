/* What is done to the actions of a node: add, change, move (within it or to another), remove. */
import type { Edit } from "../edit.ts"
import { put } from "../edit.ts"
import type { Action, Bot, Path } from "../model.ts"
import { actionsOf, nodeOf, titleOf } from "../read.ts"

/** The word for an action in the catalogue: `action.<kind>`. */
const kindOf = (action: Action | undefined) => `action.${action?.do ?? "unknown"}`

export function addAction(bot: Bot, name: string, action: Action, index = actionsOf(nodeOf(bot, name)).length): Edit {
  return {
    says: ["add_action", { action: kindOf(action), node: titleOf(bot, name) }],
    touches: [name],
    change(draft) {
      const node = draft.nodes[name]
      if (!node) return
      node.actions ??= []
      node.actions.splice(index, 0, structuredClone(action) as never)
    },
  }
}

/** Set one key of an action; `undefined` takes it away. */
export function setAction(bot: Bot, name: string, index: number, key: Path, value: unknown): Edit {
  return {
    says: ["change_action", { action: kindOf(actionsOf(nodeOf(bot, name))[index]), node: titleOf(bot, name) }],
    touches: [name],
    mark: `action ${name} ${index} ${key.join(".")}`,
    change(draft) {
      put(draft, ["nodes", name, "actions", index, ...key], value)
    },
  }
}

/** Move an action to a position of the same or another node; positions count before it is taken out. */
export function moveAction(bot: Bot, from: string, index: number, to: string, position: number): Edit {
  const action = actionsOf(nodeOf(bot, from))[index]
  return {
    says: ["move_action", { action: kindOf(action), node: titleOf(bot, to) }],
    touches: [to],
    change(draft) {
      const [source, target] = [draft.nodes[from], draft.nodes[to]]
      const [taken] = source && target ? (source.actions?.splice(index, 1) ?? []) : []
      if (!taken) return
      target!.actions ??= []
      target!.actions.splice(from === to && position > index ? position - 1 : position, 0, taken)
    },
  }
}

export function removeAction(bot: Bot, name: string, index: number): Edit {
  return {
    says: ["remove_action", { action: kindOf(actionsOf(nodeOf(bot, name))[index]), node: titleOf(bot, name) }],
    touches: [name],
    change(draft) {
      draft.nodes[name]?.actions?.splice(index, 1)
    },
  }
}
