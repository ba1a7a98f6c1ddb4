/* Bots to try laws on: of any shape that an author can draw, with loops, open ways, and nodes that nothing leads to. */
import fc from "fast-check"
import type { Bot, Exit, Node } from "../model.ts"

const NAMES = Array.from({ length: 12 }, (_, index) => `n${index}`)
const target = fc.constantFrom("", ...NAMES)

const exit: fc.Arbitrary<Exit> = fc.oneof(
  fc.record({ do: fc.constant("go_to" as const), node: target }),
  fc.record({ do: fc.constant("end" as const) }),
  fc.record({
    do: fc.constant("route" as const),
    cases: fc.array(fc.record({ when: fc.constant({ operand: "reply", operator: "is_set" }), go_to: target }), {
      minLength: 1,
      maxLength: 4,
    }),
    otherwise: target,
  }),
  fc.record({
    do: fc.constant("wait_for_reply" as const),
    go_to: target,
    failed: target,
    capture: fc.option(
      fc.record({
        kind: fc.constant("one_of"),
        name: fc.constant("topic"),
        choices: fc.array(fc.record({ label: fc.string({ minLength: 1 }), go_to: target }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    ),
  }),
)

const action = fc.oneof(
  fc.record({ do: fc.constant("send_message" as const), text: fc.string() }),
  fc.record({ do: fc.constant("fulfill" as const), endpoint: fc.constant("orders"), failed: target }),
  fc.record({ do: fc.constant("tag" as const), tags: fc.array(fc.string(), { minLength: 1, maxLength: 2 }) }),
)

export const node: fc.Arbitrary<Node> = fc.record({
  label: fc.string({ maxLength: 10 }),
  actions: fc.array(action, { maxLength: 4 }),
  exit,
})

const point = fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 }))

export const bot: fc.Arbitrary<Bot> = fc
  .record({
    nodes: fc.dictionary(fc.constantFrom(...NAMES), node, { minKeys: 1, maxKeys: 12 }),
    start: fc.constantFrom(...NAMES),
    canvas: fc.option(fc.record({ nodes: fc.dictionary(fc.constantFrom(...NAMES), point) }), { nil: undefined }),
  })
  .map(({ nodes, start, canvas }) => ({
    branchline: 1,
    bot: "drawn",
    nodes,
    start: start in nodes ? start : Object.keys(nodes)[0]!,
    endpoints: { orders: { url: "https://shop.example/" } },
    words: [{ words: ["help"], go_to: Object.keys(nodes)[0]! }],
    ...(canvas ? { canvas } : {}),
  }))
