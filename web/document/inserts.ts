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
