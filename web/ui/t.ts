/* Words of the interface: t("key", {values}). Keys are typed; a sentence with a count may have a form for one. */
import { access } from "./words/access.ts"
import { blocks } from "./words/blocks.ts"
import { builder } from "./words/builder.ts"
import type { onCanvas } from "./words/canvas.ts"
import type { changes } from "./words/changes.ts"
import type { console } from "./words/console.ts"
import { edits } from "./words/edits.ts"
import type { forms } from "./words/forms.ts"
import type { publishing } from "./words/publishing.ts"
import { shell } from "./words/shell.ts"
import type { trying } from "./words/trying.ts"

const words = { ...shell, ...access, ...builder, ...blocks, ...edits } as typeof shell &
  typeof access &
  typeof builder &
  typeof blocks &
  typeof edits &
  typeof forms &
  typeof publishing &
  typeof changes &
  typeof console &
  typeof onCanvas &
  typeof trying
export type Key = keyof typeof words
type Sentence = string | { one: string; other: string }
export type Values = Record<string, string | number>

const plural = new Intl.PluralRules("en")
const numbers = new Intl.NumberFormat("en")

export function t(key: Key, values: Values = {}): string {
  const sentence: Sentence = words[key]
  const chosen =
    typeof sentence === "string" ? sentence : sentence[plural.select(Number(values.count)) === "one" ? "one" : "other"]
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value
  })
}

/** Take words in that came with a part of the interface which is loaded when it is opened. */
export function learn(more: Partial<typeof words>): void {
  Object.assign(words, more)
}

export function known(key: string): key is Key {
  return Object.hasOwn(words, key)
}

/** The words for a key that is made at run time; the fallback when there are none. */
export function word(key: string, fallback: string, values?: Values): string {
  return known(key) ? t(key, values) : fallback
}
