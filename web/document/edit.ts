/* An edit: one thing that an author does to a bot, with the words that name it. A pure function of the bot before. */
import { type Draft, produce } from "immer"
import type { Bot, Path } from "./model.ts"

/** Words of the catalogue, `edit.<verb>`, with what is put into them. */
export type Said = readonly [verb: Verb, values?: Record<string, string | number>]
export type Verb =
  | "add_node"
  | "remove_node"
  | "remove_nodes"
  | "label_node"
  | "rename_node"
  | "start_at"
  | "move_nodes"
  | "tidy"
  | "add_action"
  | "change_action"
  | "move_action"
  | "remove_action"
  | "change_exit"
  | "connect"
  | "disconnect"
  | "insert_node"
  | "paste"
  | "duplicate"
  | "add_note"
  | "change_note"
  | "move_note"
  | "remove_note"
  | "add_endpoint"
  | "change_endpoint"
  | "rename_endpoint"
  | "remove_endpoint"
  | "change_settings"
  | "restore"
  | "fix"
  | "recovered"

export interface Edit {
  says: Said
  /** Nodes to look at after it, or after its undoing. */
  touches: readonly string[]
  /** Edits with the same mark, made in quick succession, are one entry of the history: typing in one field. */
  mark?: string
  change(bot: Draft<Bot>): unknown
}

/** The bot after an edit; the same object when nothing changed. What is not touched is shared with the bot before. */
export function apply(bot: Bot, edit: Edit): Bot {
  return produce(bot, draft => {
    edit.change(draft)
  })
}

/** Put a value at a path, making the mappings on the way; `undefined` takes the key away. */
export function put(root: object, path: Path, value: unknown): void {
  let place = root as Record<string | number, unknown>
  path.slice(0, -1).forEach((part, index) => {
    const next = place[part]
    if (typeof next !== "object" || next === null) place[part] = typeof path[index + 1] === "number" ? [] : {}
    place = place[part] as Record<string | number, unknown>
  })
  const last = path.at(-1)!
  if (value !== undefined) place[last] = value
  else if (Array.isArray(place)) place.splice(Number(last), 1)
  else delete place[last]
}
