import { afterEach, describe, expect, it, vi } from "vitest"
import { Api } from "../src/core/api"

afterEach(() => vi.restoreAllMocks())

describe("the patience of a call", () => {
  it("grows with the file that it carries", async () => {
    const patience = vi.spyOn(AbortSignal, "timeout")
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("{}"))
    const api = new Api("https://bots.example/", "order-desk")
    const session = { uuid: "u", token: "t" }
    await api.send(session, { id: "1", text: "hello", state: "sending" })
    const file = new File([new Uint8Array(10_000_000)], "large.png", { type: "image/png" })
    await api.send(session, { id: "2", text: file.name, state: "sending", file })
    expect(patience.mock.calls).toEqual([[20_000], [520_000]])
  })
})
