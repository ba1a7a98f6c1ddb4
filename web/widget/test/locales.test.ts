import { describe, expect, test } from "vitest"

type Words = Record<string, string>

const all = import.meta.glob<Words>("../../locales/*.json", { eager: true, import: "default" })
const english = all["../../locales/en.json"]!
const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(found => found[0]).sort()

describe.each(Object.entries(all))("%s", (_, words) => {
  test("has every word of the English catalogue and no other, in its order", () => {
    expect(Object.keys(words)).toEqual(Object.keys(english))
  })

  test.each(Object.entries(words))("%s is written, with the same blanks to fill", (key, text) => {
    expect(text.trim()).toBe(text)
    expect(text).not.toBe("")
    expect(blanks(text)).toEqual(blanks(english[key]!))
  })
})
