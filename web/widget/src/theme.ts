/** Colours from the company's one: what is written on it, and a shade of it that can be read on the panel. */

export const ACCENT = "#0b6e85"
const READABLE = 4.5
const PANEL = { light: "#ffffff", dark: "#181b22" } as const

export type Rgb = [number, number, number]

/** Read `#rgb` or `#rrggbb`; null for anything else, also for what is no text. */
export function colour(text: string): Rgb | null {
  const [, short, long] = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(`${text}`.trim()) ?? []
  const digits = long ?? short?.replace(/./g, "$&$&")
  return digits ? (digits.match(/../g)!.map(pair => Number.parseInt(pair, 16)) as Rgb) : null
}

const light = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map(part => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const towards = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((part, at) => Math.round(part + (to[at]! - part) * share)) as Rgb

const css = (rgb: Rgb): string => `rgb(${rgb.join(" ")})`

/**
 * Give the style properties for an accent on a light or dark panel: `--accent`, `--on` (text on it) and `--ink` (text
 * and lines of that hue on the panel). All reach 4.5:1, whatever colour was chosen.
 */
export function shades(accent: string, dark: boolean): Record<string, string> {
  const panel = colour(PANEL[dark ? "dark" : "light"])!
  const chosen = colour(accent) ?? colour(ACCENT)!
  const end: Rgb = dark ? [255, 255, 255] : [0, 0, 0]
  let ink = chosen
  // against the bubble's ground too, which is a little nearer to the middle than the panel
  for (let share = 0; contrast(ink, panel) < READABLE + 0.9 && share <= 1; share += 0.04)
    ink = towards(chosen, end, share)
  const ground = dark ? ink : chosen
  const [white, black]: Rgb[] = [
    [255, 255, 255],
    [0, 0, 0],
  ]
  const on = contrast(ground, white!) >= READABLE ? white! : black!
  return { "--accent": css(ground), "--on": css(on), "--ink": css(ink) }
}
