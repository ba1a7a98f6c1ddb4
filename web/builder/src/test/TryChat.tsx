/* The real chat, as on a website, on a try; it speaks the bot's own language. */
import { useEffect, useRef } from "react"
import { t } from "../../../ui/t.ts"
import type { BranchlineChat } from "../../../widget/branchline.d.ts"

const SCRIPT = "/w/element.js"

function load(): void {
  if (document.querySelector(`script[src="${SCRIPT}"]`)) return
  document.head.append(Object.assign(document.createElement("script"), { src: SCRIPT, async: true }))
}

interface Props {
  bot: string
  uuid: string
  token: string
  /** Another number draws the chat anew. */
  shown?: number
  /** What the visitor said so far, the newest first: ↑ in the empty field brings it back. */
  said: () => readonly string[]
  /** Something happened in it. */
  heard: () => void
  /** The chat asked for another conversation: those of drafts begin with whoever shows it. */
  again: () => void
  /** What the bot said was clicked: the number of the entry. */
  clicked?: (number: number) => void
}

export function TryChat(props: Props) {
  const { bot, uuid, token, shown = 0 } = props
  const place = useRef<HTMLDivElement>(null)
  const now = useRef(props)
  now.current = props
  useEffect(() => {
    load()
    const chat = document.createElement("branchline-chat") as BranchlineChat
    const given = { bot, base: `${location.origin}/try/${uuid}/`, interaction: uuid, token }
    for (const [name, value] of Object.entries(given)) chat.setAttribute(name, value)
    chat.className = "try-chat"
    chat.dataset.shown = String(shown)
    chat.addEventListener("*", event => {
      const { event: name, detail } = (event as CustomEvent<{ event: string; detail?: { starting?: boolean } }>).detail
      if (name === "error" && detail?.starting) now.current.again()
      else if (["message", "end", "resume", "rate"].includes(name)) now.current.heard()
    })
    chat.addEventListener("click", event => {
      const bubble = event.composedPath().find(each => each instanceof HTMLElement && each.matches(".m[id]"))
      const number = Number((bubble as HTMLElement | undefined)?.id)
      if (number) now.current.clicked?.(number)
    })
    // the chat keeps its keys to itself: they are seen on their way in
    chat.addEventListener("keydown", event => recall(event, now.current.said()), true)
    place.current?.append(chat)
    return () => chat.remove()
  }, [bot, uuid, token, shown])
  return <section ref={place} className="try-place" aria-label={t("try.chat")} />
}

/** ↑ brings back what was said last, once more the one before it; ↓ goes the other way. */
function recall(event: KeyboardEvent, said: readonly string[]): void {
  const field = event.composedPath()[0]
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) || event.isComposing) return
  const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0
  const at = field.value ? said.indexOf(field.value) : -1
  if (!step || (field.value && at < 0)) return
  const next = at + step
  if (next >= said.length || next < -1) return
  event.preventDefault()
  field.value = said[next] ?? ""
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
