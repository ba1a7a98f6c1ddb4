import { t } from "../core/text"
import type { Input } from "../core/types"
import { h, iconButton } from "./dom"
import type { Commands } from "./panel"

export interface Said {
  text: string
  value?: string
  file?: File
}

/** Kinds that are free text, one line after another, and need nothing loaded. */
const FREE = /^(any|text|one_of|several_of|yes_no|rating|file)$/

/** The field at the foot of the panel. It changes with what is asked; what was written in it stays. */
export class Composer {
  readonly element: HTMLFormElement
  field: HTMLTextAreaElement | HTMLInputElement
  /** Whether files may be sent without being asked for. */
  free = true
  #input: Input = { kind: "any" }
  readonly #error = h("p.err", { id: "error", role: "alert", hidden: true })
  readonly #clip: HTMLButtonElement
  #day: HTMLElement | undefined

  constructor(
    readonly send: (said: Said) => void,
    readonly commands: Commands,
  ) {
    this.field = this.#make()
    this.#clip = iconButton("", "clip", t("attach"), { onclick: () => this.attach() })
    this.element = h<HTMLFormElement>(
      "form.composer",
      { noValidate: true },
      this.#error,
      this.#clip,
      this.field,
      iconButton(".send", "send", t("send"), { type: "submit" }),
    )
    this.element.onsubmit = event => {
      event.preventDefault()
      this.#submit()
    }
  }

  /** Draw the field for what is asked now. */
  ask(input: Input): void {
    if (JSON.stringify(input) === JSON.stringify(this.#input)) return
    this.#input = input
    this.#clip.hidden = input.kind === "date" || !(this.free || input.kind === "file")
    this.#wrong("")
    this.#day?.remove()
    if (FREE.test(input.kind)) this.#change()
    else
      this.commands.extra(({ keyboard, picker }) => {
        if (this.#input !== input) return
        this.#change(keyboard(input))
        if (input.kind !== "date") return
        this.#day = picker(input, this.field)
        this.field.after(this.#day)
      })
  }

  /** Another field, with what was written in the old one. */
  #change(keyboard?: object): void {
    const old = this.field
    const focused = (old.getRootNode() as ShadowRoot).activeElement === old
    this.field = this.#make(keyboard)
    this.field.value = old.value
    old.replaceWith(this.field)
    if (focused) this.field.focus()
  }

  /** Send files; without any, let the visitor choose. */
  attach(files?: FileList): void {
    this.commands.extra(({ attach }) => attach(this.#input, files, this.send, sentence => this.#wrong(sentence)))
  }

  #submit(): void {
    const { field } = this
    const text = field.value
    field.focus()
    if (!text.trim()) return
    const send = () => {
      field.value = ""
      this.#grow()
      this.send({ text })
    }
    if (text.length <= 500 && /^(any|one_of|yes_no|rating|pattern)$/.test(this.#input.kind)) send()
    else
      this.commands.extra(
        ({ problem }) => {
          const wrong = problem(this.#input, text)
          this.#wrong(wrong)
          if (!wrong) send()
        },
        // what checks cannot be loaded: the server checks
        send,
      )
  }

  #wrong(sentence: string): void {
    this.#error.textContent = sentence
    this.#error.hidden = !sentence
    this.field.setAttribute("aria-invalid", String(!!sentence))
    if (sentence) this.field.setAttribute("aria-describedby", "error")
    else this.field.removeAttribute("aria-describedby")
  }

  #make(keyboard?: object): HTMLTextAreaElement | HTMLInputElement {
    return h<HTMLTextAreaElement | HTMLInputElement>(keyboard ? "input.field" : "textarea.field", {
      ...(keyboard ?? { rows: 1 }),
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
        const files = event.clipboardData?.files
        if (!files?.length) return
        event.preventDefault()
        this.attach(files)
      },
    })
  }

  #grow(): void {
    const { style } = this.field
    style.height = "auto"
    if (this.field instanceof HTMLTextAreaElement) style.height = `${this.field.scrollHeight + 2}px`
  }
}
