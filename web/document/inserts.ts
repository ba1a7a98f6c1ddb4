/* Texts with inserted data, as they are shown on a card: pieces of text and names of data. */

export interface Piece {
  text: string
  /** The name of the data, when the piece is an insert; `text` is then what stands between the braces. */
  name?: string
}

const INSERT = /\{\{\s*(.*?)\s*\}\}/gs

export function pieces(template: string): Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const match of template.matchAll(INSERT)) {
    if (match.index > end) found.push({ text: template.slice(end, match.index) })
    const inside = match[1] ?? ""
    found.push({ text: inside, name: inside.split("|", 1)[0]!.trim() })
    end = match.index + match[0].length
  }
  if (end < template.length) found.push({ text: template.slice(end) })
  return found
}

/** The names of data that a text inserts. */
export function inserted(template: string): string[] {
  return pieces(template).flatMap(piece => (piece.name ? [piece.name] : []))
}

/** What is being typed after the last `{{` before the cursor; null when no insert is open there. */
export function openInsert(template: string, cursor: number): { from: number; typed: string } | null {
  const before = template.slice(0, cursor)
  const from = before.lastIndexOf("{{")
  if (from < 0) return null
  const typed = before.slice(from + 2)
  return /[}|\n]/.test(typed) ? null : { from, typed: typed.trimStart() }
}

/** A text as it stands, in pieces: plain, an insert of something known, of something unknown, or one that is not closed. */
export interface InsertMark {
  kind: "text" | "known" | "unknown" | "unclosed"
  text: string
}

export function insertMarks(template: string, known: readonly string[]): InsertMark[] {
  const found: InsertMark[] = []
  const add = (kind: InsertMark["kind"], words: string) => words && found.push({ kind, text: words })
  let end = 0
  const rest = (to: number) => {
    const words = template.slice(end, to)
    const open = words.indexOf("{{")
    add("text", open < 0 ? words : words.slice(0, open))
    if (open >= 0) add("unclosed", words.slice(open))
  }
  for (const match of template.matchAll(INSERT)) {
    rest(match.index)
    const name = (match[1] ?? "").split("|", 1)[0]!.trim()
    add(known.includes(name) ? "known" : "unknown", match[0])
    end = match.index + match[0].length
  }
  rest(template.length)
  return found
}
