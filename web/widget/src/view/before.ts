import type { About, Field, Item } from "../core/types"
import type { Kit } from "../kit"
import { problem } from "./check"

const BROWSER: Record<string, [type: string, autocomplete: string]> = {
  email: ["email", "email"],
  phone: ["tel", "tel"],
  name: ["text", "name"],
  number: ["text", "off"],
  date: ["date", "off"],
}

/** Draw what stands before the first message: notice and consent, and the fields the company asks for. */
export function before(kit: Kit, about: About, begin: (items: Item[]) => void): HTMLFormElement {
  const { h, markdown, safe, t } = kit
  const rows = (about.fields ?? []).map((field, index) => row(kit, field, index))
  const privacy = about.privacy_url && safe(about.privacy_url)
  return h<HTMLFormElement>(
    "form.card",
    {
      noValidate: true,
      onsubmit: (event: Event) => {
        event.preventDefault()
        const wrong = rows.filter(one => !one.check())
        if (wrong.length) wrong[0]!.control.focus()
        else
          begin(
            rows
              .filter(({ control }) => control.value.trim())
              .map(({ field, control }) => ({ name: field.name, label: field.label, data: control.value.trim() })),
          )
      },
    },
    about.consent && h("div.text", { dir: "auto" }, markdown(about.consent)),
    privacy && h("p", {}, h("a", { href: privacy, target: "_blank", rel: "noopener noreferrer" }, t("privacy"))),
    ...rows.map(({ element }) => element),
    h("button.primary", { type: "submit" }, t(about.consent ? "agree" : "begin")),
  )
}

function row(kit: Kit, field: Field, index: number) {
  const { h, t } = kit
  const [type, autocomplete] = BROWSER[field.kind ?? ""] ?? BROWSER[field.name] ?? ["text", "off"]
  const id = `f${index}`
  const control = h<HTMLInputElement>("input.field", {
    id,
    type,
    autocomplete,
    name: field.name,
    dir: "auto",
    maxLength: 510,
  })
  if (field.required) control.required = true
  const error = h("p.err", { id: `${id}e`, hidden: true })
  const element = h("div.row", {}, h("label", { htmlFor: id }, field.label, field.required && " *"), control, error)
  const say = (sentence: string) => {
    error.textContent = sentence
    error.hidden = !sentence
    control.setAttribute("aria-invalid", String(!!sentence))
    if (sentence) control.setAttribute("aria-describedby", error.id)
    else control.removeAttribute("aria-describedby")
    return !sentence
  }
  const check = () => {
    const text = control.value.trim()
    if (!text) return say(field.required ? t("need") : "")
    const { kind = "text" } = field
    if (kind === "email" && !text.includes("@")) return say(t("email"))
    return say(problem(kit, { kind }, text))
  }
  control.oninput = () => !error.hidden && check()
  return { field, control, element, check }
}
