/* New names for nodes and endpoints: made of a word, never one that is taken. */
const LONGEST = 90

export function slug(words: string): string {
  return words
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST)
}

/** A name after `wanted` that is not among the taken ones: ask, ask_2, ask_3 … */
export function free(wanted: string, taken: (name: string) => boolean): string {
  const base = slug(wanted) || "node"
  if (!taken(base)) return base
  const stem = base.replace(/_\d+$/, "")
  for (let count = 2; ; count++) if (!taken(`${stem}_${count}`)) return `${stem}_${count}`
}
