/* Who else has this draft open: asked every few seconds while the page is looked at. It only tells; nothing waits for it. */
import { useEffect, useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { useEditor } from "./store.ts"

export type Other = components["schemas"]["Other"]

const AGAIN_MS = 15_000
/** One for each opening of a draft: a page that is opened twice sits twice. */
const newSeat = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join("-")
const NOBODY: readonly Other[] = []

export function useOthers(): readonly Other[] {
  const bot = useEditor(editor => editor.bot)
  const readOnly = useEditor(editor => editor.readOnly)
  const [others, setOthers] = useState(NOBODY)
  useEffect(() => {
    if (readOnly) return
    const seat = newSeat()
    const path = `/bots/${encodeURIComponent(bot)}/presence`
    let gone = false
    const sit = async () => {
      if (document.visibilityState === "hidden") return
      try {
        const found = await call<components["schemas"]["Others"]>("POST", path, { body: { seat } })
        if (!gone) setOthers(found.others.length ? found.others : NOBODY)
      } catch {
        if (!gone) setOthers(NOBODY)
      }
    }
    const leave = () => void call("POST", path, { body: { seat, leaves: true }, keepalive: true }).catch(() => {})
    const timer = setInterval(sit, AGAIN_MS)
    void sit()
    document.addEventListener("visibilitychange", sit)
    window.addEventListener("pagehide", leave)
    return () => {
      gone = true
      clearInterval(timer)
      document.removeEventListener("visibilitychange", sit)
      window.removeEventListener("pagehide", leave)
      leave()
    }
  }, [bot, readOnly])
  return others
}
