import type { Input, Suggestion } from "../core/types"
import type { Kit } from "../kit"
import type { Said } from "./composer"

/** Draw what is more than a row of buttons: the way to a file, a scale, choices to tick; nothing for other kinds. */
export function special(
  kit: Kit,
  input: Input,
  suggestions: Suggestion[],
  say: (said: Said) => void,
  choose: () => void,
): HTMLElement | null {
  const { h, icon, t } = kit
  if (input.kind === "file")
    return h("div.offer", {}, h("button.chip", { type: "button", onclick: choose }, icon("clip"), t("file")))
  if (input.kind === "several_of") return several(kit, input, say)
  const max = input.max ?? suggestions.at(-1)?.label ?? ""
  return h(
    "div.offer.scale",
    { role: "group", ariaLabel: t("replies") },
    ...suggestions.map(({ label, value }) =>
      h(
        "button.chip",
        { type: "button", ariaLabel: t("star", { n: label, max }), onclick: () => say({ text: label, value }) },
        label,
      ),
    ),
  )
}

/** What is chosen goes out as one message, the labels with commas between. */
function several({ h, t }: Kit, input: Input, say: (said: Said) => void): HTMLElement | null {
  if (!input.choices?.length) return null
  const boxes = input.choices.map(({ label, value }) => ({
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
