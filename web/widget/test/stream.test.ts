import fc from "fast-check"
import { expect, test } from "vitest"
import { type Event, parser } from "../src/core/stream"

const TEXT =
  ': beat\n\nid: 3\nevent: entry\ndata: {"text":"héllo: 😀"}\n\n: beat\n\nevent: awaiting\ndata: {}\n\nevent: cut\ndata: off'
const EVENTS = [
  { name: "entry", data: '{"text":"héllo: 😀"}' },
  { name: "awaiting", data: "{}" },
]

test("a stream gives the same events wherever it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), sizes => {
      const events: Event[] = []
      const take = parser(event => events.push(event))
      let from = 0
      for (const size of sizes) {
        take(TEXT.slice(from, from + size))
        from += size
      }
      take(TEXT.slice(from))
      expect(events).toEqual(EVENTS)
    }),
  )
})
