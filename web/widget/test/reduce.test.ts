import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { blank, drop, ended, misses, put, type State, take } from "../src/core/reduce"
import type { Answer, Awaiting, Entry } from "../src/core/types"

const LENGTH = 12
const said = (number: number, more: object = {}): Entry =>
  ({ kind: "message", sender: "bot", number, text: `${number}`, sent_at: "2026-01-01T00:00:00Z", ...more }) as Entry
const ALL = Array.from({ length: LENGTH }, (_, index) => said(index + 1, index % 3 ? {} : { message_id: `m${index}` }))
const REPLY: Awaiting = { kind: "reply", input: { kind: "any" }, suggestions: [] }

/** Any piece of the conversation, as an answer or a stream may bring it: late, twice, or with something missing. */
const pieces = fc.array(
  fc.record({ from: fc.nat(LENGTH), to: fc.nat(LENGTH) }).map(({ from, to }) => ALL.slice(from, to)),
  { maxLength: 30 },
)
const through = (state: State, all: Entry[][]): State => all.reduce((now, entries) => take(now, { entries }), state)

describe("entries", () => {
  test("are there once and in order, whatever arrives in which order", () => {
    fc.assert(
      fc.property(pieces, all => {
        const state = through(blank(), all)
        expect(state.entries).toEqual(ALL.slice(0, state.last))
      }),
    )
  })

  test("are all there when all was asked for in the end", () => {
    fc.assert(
      fc.property(pieces, all => {
        const state = through(blank(), all)
        expect(take(state, { entries: ALL.slice(state.last) }).entries).toEqual(ALL)
      }),
    )
  })

  test("that are known change nothing", () => {
    fc.assert(
      fc.property(pieces, fc.nat(LENGTH), (all, upTo) => {
        const state = through(blank(), all)
        expect(take(state, { entries: ALL.slice(0, Math.min(upTo, state.last)) })).toEqual(state)
      }),
    )
  })

  test("after a gap are asked for again", () => {
    const state = take(blank(), { entries: [ALL[0]!, ALL[2]!] })
    expect(state.last).toBe(1)
    expect(misses(state, { entries: [ALL[2]!] })).toBe(true)
    expect(misses(take(state, { entries: ALL.slice(1, 3) }), { entries: [ALL[2]!] })).toBe(false)
    expect(misses(state, { cursor: 5 })).toBe(true)
  })

  test("taking them in leaves the old state as it was", () => {
    const before = Object.freeze({ ...blank(), entries: Object.freeze([]) as unknown as Entry[] })
    take(before, { entries: ALL })
    expect(before.entries).toEqual([])
  })
})

describe("what is awaited", () => {
  const answer = (cursor: number, awaiting: Awaiting): Answer => ({ entries: ALL.slice(0, cursor), awaiting, cursor })

  test("is what the newest answer says", () => {
    expect(take(blank(), answer(3, REPLY)).awaiting).toEqual(REPLY)
  })

  test("an older answer that comes later does not set it back", () => {
    const now = take(blank(), answer(5, REPLY))
    expect(take(now, answer(3, { kind: "fulfillment" })).awaiting).toEqual(REPLY)
  })
})

describe("messages on their way", () => {
  const one = { id: "m0", text: "Ada", state: "sending" } as const

  test("are gone when they stand in the conversation, which they do once", () => {
    const state = put(blank(), one)
    expect(take(state, { entries: [ALL[0]!] }).pending).toEqual([])
    expect(take(take(state, { entries: [ALL[0]!] }), { entries: [ALL[0]!] }).entries).toHaveLength(1)
  })

  test("stay in the order in which they were written", () => {
    let state = blank()
    for (const id of ["a", "b", "c"]) state = put(state, { ...one, id })
    state = put(state, { ...one, id: "a", state: "failed" })
    expect(state.pending.map(pending => pending.id)).toEqual(["a", "b", "c"])
    expect(drop(state, "b").pending.map(pending => pending.id)).toEqual(["a", "c"])
  })

  test("that were not answered stay", () => {
    expect(take(put(blank(), { ...one, id: "other" }), { entries: ALL }).pending).toHaveLength(1)
  })
})

test("a conversation is over when its last entry says so", () => {
  expect(ended(blank())).toBe(false)
  expect(ended(take(blank(), { entries: [said(1)] }))).toBe(false)
  const end = { kind: "ended", by: "bot", number: 2, sent_at: "" } as Entry
  expect(ended(take(blank(), { entries: [said(1), end] }))).toBe(true)
})
