/* What was done, to be undone and done again: bots before and after, which share all that did not change. */
import { freeze } from "immer"
import { apply, type Edit, type Said } from "./edit.ts"
import type { Bot } from "./model.ts"

export const KEPT = 300
/** Edits with one mark belong together when no more time than this passes between them, in ms. */
export const TOGETHER_MS = 1_000

export interface Entry {
  before: Bot
  after: Bot
  says: Said
  touches: readonly string[]
  mark: string | undefined
  at: number
}

export interface History {
  readonly bot: Bot
  readonly done: readonly Entry[]
  readonly undone: readonly Entry[]
}

export function begin(bot: Bot): History {
  freeze(bot, true)
  return { bot, done: [], undone: [] }
}

/** Make an edit at a time (ms). An edit that changes nothing is not kept. */
export function make(history: History, edit: Edit, at: number): History {
  const after = apply(history.bot, edit)
  if (after === history.bot) return history
  const last = history.done.at(-1)
  const together =
    last && edit.mark && last.mark === edit.mark && at - last.at <= TOGETHER_MS && history.undone.length === 0
  const entry: Entry = {
    before: together ? last.before : history.bot,
    after,
    says: edit.says,
    touches: edit.touches,
    mark: edit.mark,
    at,
  }
  const done = together ? history.done.slice(0, -1) : history.done
  return { bot: after, done: [...done, entry].slice(-KEPT), undone: [] }
}

export function undo(history: History): History {
  const last = history.done.at(-1)
  if (!last) return history
  return {
    bot: last.before,
    done: history.done.slice(0, -1),
    undone: [...history.undone, { ...last, mark: undefined }],
  }
}

export function redo(history: History): History {
  const next = history.undone.at(-1)
  if (!next) return history
  return { bot: next.after, done: [...history.done, next], undone: history.undone.slice(0, -1) }
}
