/* What a row of a card says, as one text: it is changed in place, and lines that are pasted into it become its own. */
import type { Edit } from "../edit.ts"
import type { Bot, Choice } from "../model.ts"
import { actionsOf, captureOf, choicesOf, list, nodeOf, text } from "../read.ts"
import { setAction } from "./actions.ts"
import { setExitKey } from "./exits.ts"

/** An action by its position, or the exit. */
export type RowOf = number | "exit"

const TEXTS: Record<string, string> = {
  send_message: "text",
  send_file: "path",
  custom_request: "path",
  set_data: "value",
}
const LISTS: Record<string, { key: string; between: string }> = {
  suggest_replies: { key: "replies", between: "\n" },
  clear_data: { key: "names", between: ", " },
  tag: { key: "tags", between: ", " },
}
const MOST = 100

/** The text of a row; undefined when it has none of its own, such as a route. */
export function rowText(bot: Bot, name: string, row: RowOf): string | undefined {
  const node = nodeOf(bot, name)
  if (row === "exit") {
    const choices = choicesOf(captureOf(node))
    return choices.length ? choices.map(choice => text(choice.label)).join("\n") : undefined
  }
  const action = actionsOf(node)[row] as Record<string, unknown> | undefined
  const key = TEXTS[text(action?.do)]
  if (action && key) return text(action[key])
  const many = LISTS[text(action?.do)]
  return action && many ? list(action[many.key]).map(text).join(many.between) : undefined
}

/** Change it. Choices that are still there keep where they lead. */
export function setRowText(bot: Bot, name: string, row: RowOf, words: string): Edit {
  if (row === "exit") {
    const before = choicesOf(captureOf(nodeOf(bot, name)))
    const labels = parts(words, /\n/)
    const choices = labels.map((label, index): Choice => {
      const renamed = before[index] && !labels.includes(text(before[index].label)) ? before[index] : undefined
      return { ...(before.find(choice => choice.label === label) ?? renamed), label }
    })
    return setExitKey(bot, name, ["capture", "choices"], choices)
  }
  const kind = text(actionsOf(nodeOf(bot, name))[row]?.do)
  const many = LISTS[kind]
  if (!many) return setAction(bot, name, row, [TEXTS[kind] ?? "text"], words)
  return setAction(bot, name, row, [many.key], parts(words, many.between === "\n" ? /\n/ : /[,\n]/))
}

/** Put lines to what a row has already: buttons, one a line. Undefined when it has no buttons. */
export function addLines(bot: Bot, name: string, row: RowOf, found: readonly string[]): Edit | undefined {
  const buttons = row === "exit" || actionsOf(nodeOf(bot, name))[row]?.do === "suggest_replies"
  const before = buttons ? rowText(bot, name, row) : undefined
  return before === undefined ? undefined : setRowText(bot, name, row, [before, ...found].join("\n"))
}

const parts = (words: string, between: RegExp) =>
  [...new Set(words.split(between).map(part => part.trim()))].filter(Boolean).slice(0, MOST)
