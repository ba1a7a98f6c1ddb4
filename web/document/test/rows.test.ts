import { expect, test } from "vitest"
import { addLines, apply, type Bot, insertMarks, lines, rowText, setRowText } from "../index.ts"

const bot = {
  branchline: 1,
  bot: "x",
  start: "a",
  nodes: {
    a: {
      actions: [
        { do: "send_message", text: "Hello" },
        { do: "suggest_replies", replies: ["One", "Two"] },
        { do: "tag", tags: ["vip"] },
        { do: "fulfill", endpoint: "orders" },
      ],
      exit: {
        do: "wait_for_reply",
        capture: {
          kind: "one_of",
          name: "size",
          choices: [{ label: "Small", go_to: "b", also: ["s"] }, { label: "Large" }],
        },
        go_to: "b",
      },
    },
    b: { exit: { do: "end" } },
  },
} as unknown as Bot

test("a row is one text, and changing it to what it says changes nothing", () => {
  expect([0, 1, 2, 3].map(row => rowText(bot, "a", row))).toEqual(["Hello", "One\nTwo", "vip", undefined])
  expect(rowText(bot, "a", "exit")).toBe("Small\nLarge")
  expect(rowText(bot, "b", "exit")).toBeUndefined()
  for (const row of [0, 1, 2, "exit"] as const)
    expect(apply(bot, setRowText(bot, "a", row, rowText(bot, "a", row)!))).toEqual(bot)
})

test("choices that are renamed or moved keep where they lead", () => {
  const choices = (words: string) => {
    const after = apply(bot, setRowText(bot, "a", "exit", words))
    return (after.nodes.a!.exit as { capture: { choices: unknown } }).capture.choices
  }
  expect(choices("Tiny\nLarge")).toEqual([{ label: "Tiny", go_to: "b", also: ["s"] }, { label: "Large" }])
  expect(choices("Large\n\nSmall\nLarge")).toEqual([{ label: "Large" }, { label: "Small", go_to: "b", also: ["s"] }])
})

test("lines that are pasted onto buttons become buttons, and onto nothing else", () => {
  const found = lines("- Three\n2) Two\n\nFour", 100)
  const after = apply(bot, addLines(bot, "a", 1, found)!)
  expect(rowText(after, "a", 1)).toBe("One\nTwo\nThree\nFour")
  expect(rowText(apply(bot, addLines(bot, "a", "exit", found)!), "a", "exit")).toBe("Small\nLarge\nThree\nTwo\nFour")
  expect(addLines(bot, "a", 0, found)).toBeUndefined()
  expect(addLines(bot, "b", "exit", found)).toBeUndefined()
})

test("the marks of a text are the text, and tell what is known, unknown and open", () => {
  const template = "Hi {{ name | title }} and {{ nmae }}, {{ name"
  const marks = insertMarks(template, ["name"])
  expect(marks.map(mark => mark.text).join("")).toBe(template)
  expect(marks.map(mark => mark.kind)).toEqual(["text", "known", "text", "unknown", "text", "unclosed"])
})
