import type { Answer, Awaiting, Entry, MessageEntry, Pending } from "./types"

/** All that a conversation looks like, as plain data. */
export interface State {
  entries: Entry[]
  /** Number of the last entry. */
  last: number
  awaiting: Awaiting
  pending: Pending[]
}

export const blank = (pending: Pending[] = []): State => ({
  entries: [],
  last: 0,
  awaiting: { kind: "nothing" },
  pending,
})

/**
 * Take entries in. What is known already is dropped; entries after a gap are left out, so that `last` tells from where
 * to ask again. `awaiting` counts only when it is not older than the entries that are known.
 */
export function take(state: State, answer: Partial<Answer>): State {
  const entries = [...state.entries]
  const arrived = new Set<string | undefined>()
  let last = state.last
  for (const entry of answer.entries ?? []) {
    if (entry.number !== last + 1) continue
    entries.push(entry)
    last = entry.number
    arrived.add((entry as MessageEntry).message_id)
  }
  const current = answer.cursor === undefined || answer.cursor >= last
  return {
    entries,
    last,
    awaiting: (current && answer.awaiting) || state.awaiting,
    pending: state.pending.filter(one => !arrived.has(one.id)),
  }
}

/** Say whether the answer knows of entries that are still missing here. */
export const misses = (state: State, answer: Partial<Answer>): boolean =>
  Math.max(answer.cursor ?? 0, ...(answer.entries ?? []).map(entry => entry.number)) > state.last

/** Change a message on its way, or add it. */
export function put(state: State, pending: Pending): State {
  const known = state.pending.some(one => one.id === pending.id)
  return {
    ...state,
    pending: known ? state.pending.map(one => (one.id === pending.id ? pending : one)) : [...state.pending, pending],
  }
}

export const drop = (state: State, id: string): State => ({
  ...state,
  pending: state.pending.filter(one => one.id !== id),
})

export const ended = (state: State): boolean => state.entries.at(-1)?.kind === "ended"
