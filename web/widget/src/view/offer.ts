import { t } from "../core/text"
import type { Suggestion } from "../core/types"
import type { Said } from "./composer"
import { h } from "./dom"

/** Draw what can be chosen instead of written. */
export const offer = (suggestions: Suggestion[], say: (said: Said) => void): HTMLElement | null =>
  suggestions.length
    ? h(
        "div.offer",
        { role: "group", ariaLabel: t("replies") },
        ...suggestions.map(({ label, value }) =>
          h("button.chip", { type: "button", dir: "auto", onclick: () => say({ text: label, value }) }, label),
        ),
      )
    : null
