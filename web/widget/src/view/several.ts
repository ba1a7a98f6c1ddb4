import type { Input } from "../core/types"
import type { Kit } from "../kit"
import type { Said } from "./composer"

/** Draw several choices as boxes to tick; what is chosen goes out as one message, the labels with commas between. */
export function several({ h, t }: Kit, input: Input, say: (said: Said) => void): HTMLElement {
  const boxes = input.choices!.map(({ label, value }) => ({
    label,
    box: h<HTMLInputElement>("input", { type: "checkbox", value }),
  }))
  const error = h("p.err", { role: "alert", hidden: true, id: "several" })
  const { min, max } = input
  return h(
    "form.offer.several",
    {
      noValidate: true,
      onsubmit: (event: Event) => {
        event.preventDefault()
        const chosen = boxes.filter(({ box }) => box.checked).map(({ label }) => label)
        const few = chosen.length < Number(min ?? 1)
        const many = max !== undefined && chosen.length > Number(max)
        error.hidden = !few && !many
        error.textContent = few ? t("few", { n: min ?? 1 }) : many ? t("many", { n: max }) : ""
        if (few || many) {
          for (const { box } of boxes) box.setAttribute("aria-describedby", "several")
          boxes[0]!.box.focus()
        } else say({ text: chosen.join(", ") })
      },
    },
    h(
      "fieldset",
      {},
      h("legend.vh", {}, t("replies")),
      ...boxes.map(({ label, box }) => h("label.tick", {}, box, h("span", { dir: "auto" }, label))),
    ),
    error,
    h("button.primary", { type: "submit" }, t("confirm")),
  )
}
