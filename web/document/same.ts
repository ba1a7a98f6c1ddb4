/* Are two values the same, whatever objects they stand in? */
import { isMapping } from "./read.ts"

/** Equal as JSON; the order of keys does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((part, index) => same(part, b[index]))
  if (!isMapping(a) || !isMapping(b)) return false
  const keys = Object.keys(a).filter(key => a[key] !== undefined)
  return (
    keys.length === Object.keys(b).filter(key => b[key] !== undefined).length &&
    keys.every(key => Object.hasOwn(b, key) && same(a[key], b[key]))
  )
}
