import { t } from "../core/text"
import type { Input } from "../core/types"
import type { Extra } from "../extra"
import { h, iconButton } from "./dom"

export interface Said {
  text: string
  value?: string
  file?: File
}

/** What each kind of capture needs from the keyboard and from the browser's memory. */
const FIELDS: Record<string, { inputMode?: string; type?: string; autocomplete?: string }> = {
  email: { inputMode: "email", autocomplete: "email" },
  phone: { inputMode: "tel", type: "tel", autocomplete: "tel" },
  number: { inputMode: "decimal", autocomplete: "off" },
  pattern: { autocomplete: "off" },
  date: { autocomplete: "off" },
}

/** The field at the foot of the panel. It changes with what is asked; what was written in it stays. */
export class Composer {
  readonly element: HTMLFormElement
  field: HTMLTextAreaElement | HTMLInputElement
  #input: Input = { kind: "any" }
  readonly #files: HTMLInputElement
  readonly #error = h("p.err", { id: "error", role: "alert", hidden: true })
  readonly #clip: HTMLButtonElement
  #day: HTMLElement | undefined

  constructor(
    readonly send: (said: Said) => void,
    readonly extra: () => Promise<Extra>,
  ) {
    this.field = this.#make()
    this.#files = h<HTMLInputElement>("input", { type: "file", hidden: true, tabIndex: -1, ariaLabel: t("file") })
    this.#files.onchange = () => {
      this.attach(this.#files.files)
      this.#files.value = ""
    }
    this.#clip = iconButton("", "clip", t("attach"), { onclick: () => this.choose() })
    this.element = h<HTMLFormElement>(
      "form.composer",
      { noValidate: true },
      this.#error,
      this.#clip,
      this.field,
      iconButton(".send", "send", t("send"), { type: "submit" }),
      this.#files,
    )
    this.element.onsubmit = event => {
      event.preventDefault()
      this.#submit()
    }
  }

  /** Check with what is loaded later; when it cannot be loaded, the server checks. */
  async #check(problem: (extra: Extra) => string): Promise<boolean> {
    const wrong = await this.extra().then(problem, () => "")
    this.#wrong(wrong)
    return !wrong
  }

  /** Draw the field for what is asked now. */
  ask(input: Input): void {
    if (JSON.stringify(input) === JSON.stringify(this.#input)) return
    const old = this.field
    const focused = (old.getRootNode() as ShadowRoot).activeElement === old
    this.#input = input
    this.field = this.#make()
    this.field.value = old.value
    old.replaceWith(this.field)
    this.#files.accept = input.types?.join(",") ?? ""
    this.#clip.hidden = input.kind === "date"
    this.#day?.remove()
    if (input.kind === "date")
      this.extra().then(
        ({ picker }) => {
          if (this.#input !== input) return
          this.#day = picker(input, this.field)
          this.field.after(this.#day)
        },
        () => {},
      )
    this.#wrong("")
    if (focused) this.field.focus()
  }

  choose(): void {
    this.#files.click()
  }

  /** Send files that were chosen, dropped or pasted. */
  async attach(files: FileList | null | undefined): Promise<void> {
    for (const file of [...(files ?? [])])
      if (await this.#check(extra => extra.fileProblem(this.#input, file))) this.send({ text: file.name, file })
  }

  async #submit(): Promise<void> {
    const { field } = this
    const text = field.value
    field.focus()
    if (!text.trim()) return
    // most answers are free text, and need nothing loaded
    const plain = text.length <= 500 && /^(any|one_of|yes_no|rating|pattern)$/.test(this.#input.kind)
    if (!plain && !(await this.#check(extra => extra.problem(this.#input, text)))) return
    field.value = ""
    this.#grow()
    this.send({ text })
  }

  #wrong(sentence: string): void {
    this.#error.textContent = sentence
    this.#error.hidden = !sentence
    this.field.setAttribute("aria-invalid", String(!!sentence))
    if (sentence) this.field.setAttribute("aria-describedby", "error")
    else this.field.removeAttribute("aria-describedby")
  }

  #make(): HTMLTextAreaElement | HTMLInputElement {
    const special = FIELDS[this.#input.kind]
    const field = h<HTMLTextAreaElement | HTMLInputElement>(special ? "input.field" : "textarea.field", {
      ...special,
      ...(special ? {} : { rows: 1 }),
      ...(special && this.#input.whole ? { inputMode: "numeric" } : {}),
      placeholder: t("hint"),
      ariaLabel: t("message"),
      dir: "auto",
      enterKeyHint: "send",
      oninput: () => {
        this.#wrong("")
        this.#grow()
      },
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
        event.preventDefault()
        this.element.requestSubmit()
      },
      onpaste: (event: ClipboardEvent) => {
        if (!event.clipboardData?.files.length) return
        event.preventDefault()
        this.attach(event.clipboardData.files)
      },
    })
    return field
  }

  #grow(): void {
    const { style } = this.field
    style.height = "auto"
    if (this.field instanceof HTMLTextAreaElement) style.height = `${this.field.scrollHeight + 2}px`
  }
}
