import { t } from "../core/text"
import type { Pending, Sender } from "../core/types"
import { markdown } from "../md"
import { h } from "./dom"

/** Wrap a bubble: who said it is hidden text in front, so that nothing depends on its side or colour. */
export function bubble(sender: Sender, name: string, ...content: (Node | string)[]): HTMLElement {
  const side = sender === "customer" ? "you" : sender === "system" ? "sys" : "bot"
  const said = sender === "customer" ? t("you") : t("said", { name })
  return h(`div.m.${side}`, {}, h("span.vh", {}, `${said} `), h("div.b", { dir: "auto" }, ...content))
}

/** Draw a message. What the visitor wrote is shown as it is; what a bot says is Markdown. */
export const message = (sender: Sender, name: string, text: string): HTMLElement =>
  bubble(sender, name, sender === "customer" ? text : markdown(text))

/** Draw a message on its way; a failed one can be tried again. */
export function pending(one: Pending, retry: () => void): HTMLElement {
  const drawn = message("customer", "", one.text)
  drawn.classList.add(one.state)
  const state =
    one.state === "sending"
      ? h("span.state", {}, t("sending"))
      : h(
          "span.state.bad",
          { role: "alert" },
          `${t("unsent")} ${one.refusal ?? ""} `,
          h("button.link", { type: "button", onclick: retry }, t("retry")),
        )
  drawn.append(state)
  return drawn
}

export const typing = (name: string): HTMLElement =>
  h(
    "div.m.bot.typing",
    {},
    h("span.vh", {}, t("typing", { name })),
    h("div.b", { ariaHidden: "true" }, h("i"), h("i"), h("i")),
  )
