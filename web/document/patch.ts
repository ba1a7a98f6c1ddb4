/* JSON Patch (RFC 6902), as fixes of issues come: add, remove, replace and move. */
import { isMapping } from "./read.ts"

export interface PatchEdit {
  op: string
  path: string
  value?: unknown
  from?: string
}

/** Change a document in place; an edit whose place is not there is left out. */
export function patch(root: object, edits: readonly PatchEdit[]): void {
  for (const edit of edits) {
    if (edit.op === "move" && edit.from !== undefined) {
      const value = take(root, edit.from)
      if (value !== undefined) add(root, edit.path, value)
    } else if (edit.op === "remove") take(root, edit.path)
    else if (edit.op === "add") add(root, edit.path, edit.value)
    else if (edit.op === "replace") {
      const [place, key] = find(root, edit.path)
      if (Array.isArray(place)) place[Number(key)] = edit.value
      else if (isMapping(place)) place[key] = edit.value
    }
  }
}

function find(root: object, pointer: string): [place: unknown, key: string] {
  const parts = pointer
    .split("/")
    .slice(1)
    .map(part => part.replaceAll("~1", "/").replaceAll("~0", "~"))
  const key = parts.pop() ?? ""
  let place: unknown = root
  for (const part of parts)
    place = isMapping(place) ? place[part] : Array.isArray(place) ? place[Number(part)] : undefined
  return [place, key]
}

function add(root: object, pointer: string, value: unknown): void {
  const [place, key] = find(root, pointer)
  if (Array.isArray(place)) place.splice(key === "-" ? place.length : Number(key), 0, value)
  else if (isMapping(place)) place[key] = value
}

function take(root: object, pointer: string): unknown {
  const [place, key] = find(root, pointer)
  if (Array.isArray(place)) return place.splice(Number(key), 1)[0]
  if (!isMapping(place)) return undefined
  const value = place[key]
  delete place[key]
  return value
}
