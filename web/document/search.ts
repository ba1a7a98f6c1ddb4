/* Finding a text anywhere in a bot. */
import type { Bot, Path } from "./model.ts"
import { isMapping, nodesOf, titleOf } from "./read.ts"

export interface Hit {
  node: string
  /** From the root. */
  path: Path
  text: string
}

const HIDDEN = new Set(["do", "kind", "go_to", "node", "failed", "otherwise", "operand", "operator"])

/** Texts that hold all words typed, without regard to case; at most `most`, titles first. */
export function search(bot: Bot, typed: string, most = 40): Hit[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const fits = (text: string) => {
    const folded = fold(text)
    return words.every(word => folded.includes(word))
  }
  const titles: Hit[] = []
  const texts: Hit[] = []
  for (const [node, drawn] of Object.entries(nodesOf(bot))) {
    const title = titleOf(bot, node)
    if (fits(title) || fits(node)) titles.push({ node, path: ["nodes", node], text: title })
    if (texts.length < most)
      each(drawn, ["nodes", node], (path, text) => {
        if (path[2] !== "label" && fits(text)) texts.push({ node, path, text })
      })
  }
  return [...titles, ...texts].slice(0, most)
}

function each(value: unknown, path: Path, visit: (path: Path, text: string) => void): void {
  if (typeof value === "string") {
    if (!HIDDEN.has(String(path.at(-1)))) visit(path, value)
  } else if (Array.isArray(value)) for (const [index, part] of value.entries()) each(part, [...path, index], visit)
  else if (isMapping(value)) for (const [key, part] of Object.entries(value)) each(part, [...path, key], visit)
}

function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
}
