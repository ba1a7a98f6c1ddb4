import type english from "../../../locales/en.json"

export type Key = keyof typeof english
export type Words = Partial<Record<Key, string>>

/** The English words that this file needs, from locales/en.json; filled in when it is built. */
declare const __ENGLISH__: Words

const known: Words = { ...__ENGLISH__ }
let words: Words = known

/** Learn the English words of a part that was loaded later. */
export const learn = (more: Words): Words => Object.assign(known, more)

/** The word for a key, with `{name}` filled in. */
export const t = (key: Key, given: Record<string, string | number> = {}): string =>
  (words[key] ?? known[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => `${given[name] ?? ""}`)

export const RTL = /^(ar|fa|he|ur)\b/i

/** The language and region of a tag, as browsers and the server take it: pages write `en_US`, or what is no language. */
export const tag = (written: string): string =>
  /^[a-z]{2,3}(-[a-z]{2,4})*/i.exec(written.replace("_", "-"))?.[0] ?? "en"

/** Load the words of a language; English stays when there are none. */
export async function speak(locale: string, files: Record<string, string>, base: string): Promise<void> {
  const file = files[locale.slice(0, 2).toLowerCase()]
  words = known
  if (file)
    try {
      words = await (await fetch(`${base}w/${file}`, { credentials: "omit" })).json()
    } catch {}
}
