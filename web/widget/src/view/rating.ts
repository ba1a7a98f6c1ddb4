import type { Chat } from "../chat"
import type { About } from "../core/types"
import type { Kit } from "../kit"

const STAR = "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9-5.3-2.9-5.3 2.9 1.1-5.9-4.3-4.1 5.9-.8z"

/** Draw what comes after the end: how it was, and the way to a new start. */
export function after(kit: Kit, chat: Chat, about: About, restart: () => void): HTMLElement[] {
  const again = kit.h("button.again", { type: "button", onclick: restart }, kit.t("again"))
  const { api, emit, memory, session } = chat
  if (about.rating === false || !session || memory.get().rated) return [again]
  const rate = async (stars: number, comment: string) => {
    await api.post(session, "feedback", { rating: stars, comment })
    memory.set({ ...memory.get(), rated: true })
    emit("rate", { rating: stars })
  }
  return [rating(kit, rate), again]
}

/** Stars, then words. */
function rating({ h, icon, t }: Kit, rate: (rating: number, comment: string) => Promise<void>): HTMLElement {
  let chosen = 0
  const comment = h<HTMLTextAreaElement>("textarea.field", {
    rows: 2,
    maxLength: 4000,
    dir: "auto",
    ariaLabel: t("comment"),
    placeholder: t("comment"),
  })
  const more = h("div.more", { hidden: true }, comment, h("button.primary", { type: "submit" }, t("send")))
  const error = h("p.err", { role: "alert", hidden: true }, `${t("unsent")} ${t("retry")}.`)
  const stars = [1, 2, 3, 4, 5].map(n => {
    const input = h<HTMLInputElement>("input.vh", {
      type: "radio",
      name: "rating",
      value: String(n),
      ariaLabel: t("star", { n, max: 5 }),
    })
    const star = h("label.star", {}, input, icon(STAR))
    input.onchange = () => {
      chosen = n
      more.hidden = false
      for (const [at, other] of stars.entries()) other.classList.toggle("on", at < n)
    }
    return star
  })
  const form = h(
    "form.card.rating",
    {
      onsubmit: async (event: Event) => {
        event.preventDefault()
        try {
          await rate(chosen, comment.value.trim())
          form.replaceChildren(h("p", { role: "status", tabIndex: -1 }, t("thanks")))
          ;(form.firstChild as HTMLElement).focus()
        } catch {
          error.hidden = false
        }
      },
    },
    h("fieldset", {}, h("legend", {}, t("rate")), h("div.stars", {}, ...stars)),
    more,
    error,
  )
  return form
}
