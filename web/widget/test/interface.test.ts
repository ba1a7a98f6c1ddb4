import { describe, expect, it } from "vitest"
import type { BranchlineChat, BranchlineEvents } from "../branchline"
import type { Api } from "../src/boot"
import type { Controls } from "../src/core/types"

/** Fails to compile when the types that are shipped do not fit what is built. */
type Methods = Exclude<keyof BranchlineChat, keyof HTMLElement | "on" | "push">
const both: [Record<keyof Controls, true>, Record<Methods, true>] = [
  {} as Record<Methods, true>,
  {} as Record<keyof Controls, true>,
]
const used = (chat: Api): BranchlineChat => chat as unknown as BranchlineChat

describe("the interface", () => {
  it("has the types that are shipped", () => {
    const chat = used({} as Api)
    const listen = () => {
      chat.on("message", ({ sender, text }) => `${sender}${text.length}`)
      chat.on("*", ({ event }) => event)
      chat.addEventListener("start", one => (one as CustomEvent<BranchlineEvents["start"]>).detail.uuid)
      // @ts-expect-error: there is no such event
      chat.on("message2", () => {})
    }
    expect(listen).toBeTypeOf("function")
    expect(both).toHaveLength(2)
  })
})
