/* The real chat, as on a website, on a try of the draft. A click on what the bot said leads to the node that said it. */
import { useEffect, useRef } from "react"
import { has } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import type { BranchlineChat } from "../../../widget/branchline.d.ts"
import { useEditorStore } from "../editing/store.ts"
import { look, trial, useTrial } from "./trial.ts"

const SCRIPT = "/w/element.js"

function load(): void {
  if (document.querySelector(`script[src="${SCRIPT}"]`)) return
  document.head.append(Object.assign(document.createElement("script"), { src: SCRIPT, async: true }))
}

export function Chat({ again }: { again: () => void }) {
  const store = useEditorStore()
  const place = useRef<HTMLDivElement>(null)
  const uuid = useTrial(state => state.uuid)
  const shown = useTrial(state => state.shown)
  useEffect(() => {
    const { bot, token } = trial.getState()
    if (!place.current || !uuid) return
    load()
    const chat = document.createElement("branchline-chat") as BranchlineChat
    const given = { bot, base: `${location.origin}/try/${uuid}/`, interaction: uuid, token, locale: "en" }
    for (const [name, value] of Object.entries(given)) chat.setAttribute(name, value)
    chat.className = "try-chat"
    chat.dataset.shown = String(shown)
    const heard = (event: Event) => {
      const { event: name, detail } = (event as CustomEvent<{ event: string; detail?: { starting?: boolean } }>).detail
      // the chat was asked for another conversation: those of drafts begin here
      if (name === "error" && detail?.starting) again()
      else if (["message", "end", "resume", "rate"].includes(name)) void look().catch(() => {})
    }
    const clicked = (event: MouseEvent) => {
      const bubble = event.composedPath().find(each => each instanceof HTMLElement && each.matches(".m[id]"))
      const number = Number((bubble as HTMLElement | undefined)?.id)
      const spoken = trial.getState().view?.turns.flatMap(turn => turn.spoken)
      const node = spoken?.find(each => each.number === number)?.node
      if (!node || !has(store.getState().history.bot, node)) return
      store.getState().select({ nodes: [node] })
      store.getState().show([node])
    }
    chat.addEventListener("*", heard)
    chat.addEventListener("click", clicked)
    place.current.append(chat)
    return () => chat.remove()
  }, [uuid, shown, store, again])
  return <section ref={place} className="try-place" aria-label={t("try.chat")} />
}
