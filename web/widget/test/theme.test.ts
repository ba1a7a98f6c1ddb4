import fc from "fast-check"
import { expect, test } from "vitest"
import { colour, contrast, type Rgb, shades } from "../src/theme"

const read = (css: string): Rgb => css.match(/\d+/g)!.map(Number) as Rgb
const WHITE: Rgb = [255, 255, 255]

test("any colour of a company can be read on the panel, and what stands on it too", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.boolean(), (number, dark) => {
      const made = shades(`#${number.toString(16).padStart(6, "0")}`, dark)
      const [accent, on, ink] = [made["--accent"]!, made["--on"]!, made["--ink"]!].map(read) as [Rgb, Rgb, Rgb]
      expect(contrast(accent, on)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(ink, colour(dark ? "#181b22" : "#ffffff")!)).toBeGreaterThanOrEqual(4.5)
    }),
  )
})

test("contrast is that of WCAG", () => {
  expect(contrast(WHITE, [0, 0, 0])).toBeCloseTo(21)
  expect(contrast(WHITE, colour("#767676")!)).toBeCloseTo(4.54, 2)
})

test("what is no colour is none", () => {
  expect(colour("red; background: url(x)")).toBeNull()
  expect(colour("#12345")).toBeNull()
  expect(colour("#abc")).toEqual([170, 187, 204])
})
