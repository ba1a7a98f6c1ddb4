/* Two texts side by side, word by word: what stayed, what is gone, what is new. */

export interface Difference {
  kind: "same" | "gone" | "new"
  text: string
}

/** Longer differences are told as a whole: what was, then what is. */
const MOST_WORDS = 400

export function difference(before: string, after: string): Difference[] {
  const [a, b] = [words(before), words(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const middle = compared(a.slice(start, a.length - end), b.slice(start, b.length - end))
  const same = (part: readonly string[]): Difference => ({ kind: "same", text: part.join("") })
  return together([same(a.slice(0, start)), ...middle, same(a.slice(a.length - end))])
}

const words = (text: string) => text.match(/\s+|[^\s]+/g) ?? []

function compared(a: readonly string[], b: readonly string[]): Difference[] {
  if (a.length > MOST_WORDS || b.length > MOST_WORDS)
    return [
      { kind: "gone", text: a.join("") },
      { kind: "new", text: b.join("") },
    ]
  // common[i][j]: how many words the rests from i and from j have in common, in order
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
  const pieces: Difference[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length)
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: "same", text: a[i++]! })
      j++
    } else if (j === b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!))
      pieces.push({ kind: "gone", text: a[i++]! })
    else pieces.push({ kind: "new", text: b[j++]! })
  return pieces
}

function together(pieces: readonly Difference[]): Difference[] {
  const joined: Difference[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (last?.kind === piece.kind) joined[joined.length - 1] = { kind: last.kind, text: last.text + piece.text }
    else if (piece.text) joined.push(piece)
  }
  return joined
}
