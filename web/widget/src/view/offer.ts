import { t } from "../core/text"
import type { Awaiting } from "../core/types"
import type { Said } from "./composer"
import { h, icon } from "./dom"

/** Draw what can be chosen instead of written: buttons, a scale, or the way to a file. */
export function offer(awaiting: Awaiting, say: (said: Said) => void, choose: () => void): HTMLElement | null {
  if (awaiting.kind !== "reply") return null
  const { input, suggestions } = awaiting
  if (input.kind === "file")
    return h("div.offer", {}, h("button.chip", { type: "button", onclick: choose }, icon("clip"), t("file")))
  if (!suggestions.length) return null
  const scale = input.kind === "rating"
  return h(
    `div.offer${scale ? ".scale" : ""}`,
    { role: "group", ariaLabel: t("replies") },
    ...suggestions.map(({ label, value }) =>
      h(
        "button.chip",
        {
          type: "button",
          dir: "auto",
          ariaLabel: scale ? t("star", { n: label, max: input.max ?? suggestions.at(-1)!.label }) : null,
          onclick: () => say({ text: label, value }),
        },
        label,
      ),
    ),
  )
}
