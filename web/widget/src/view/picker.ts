import type { Input } from "../core/types"
import type { Kit } from "../kit"

/** Draw a button that fills a field from the browser's own calendar, so that a date can be written in words too. */
export function picker({ h, icon, t }: Kit, input: Input, field: HTMLInputElement | HTMLTextAreaElement): HTMLElement {
  const day = h<HTMLInputElement>("input", {
    type: "date",
    tabIndex: -1,
    ariaHidden: "true",
    min: input.min,
    max: input.max,
    onchange: () => {
      if (day.value) field.value = day.value
      field.focus()
    },
  })
  const open = () => {
    try {
      day.showPicker()
    } catch {
      day.focus()
    }
  }
  return h(
    "span.day",
    {},
    day,
    h(
      "button.icon",
      { type: "button", ariaLabel: t("day"), title: t("day"), onclick: open },
      icon("M4 6h16v14H4zM4 10h16M8 3v4M16 3v4"),
    ),
  )
}
