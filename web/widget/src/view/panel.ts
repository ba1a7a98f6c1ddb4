import type { Chat } from "../chat"
import { t } from "../core/text"
import type { About, Awaiting, Entry, Item } from "../core/types"
import type { Extra } from "../extra"
import { plain } from "../md"
import { Composer, type Said } from "./composer"
import { h, icon, iconButton } from "./dom"
import { bubble, message, pending, typing } from "./message"
import { offer } from "./offer"

const TYPING_LIMIT_MS = 3_000
/** A pause that deserves a time of its own in the transcript. */
const PAUSE_MS = 15 * 60_000
const NEAR_PX = 80

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

export interface Commands {
  close(): void
  begin(items: Item[]): void
  restart(): void
  /** Load what not every conversation needs. */
  extra(): Promise<Extra>
}

/** Several choices at once; a bot without choices to tick is answered in words. */
const severally = (awaiting: Awaiting) =>
  awaiting.kind === "reply" && awaiting.input.kind === "several_of" && !!awaiting.input.choices?.length

/** The panel: draws what the conversation holds, entry by entry, and nothing twice. */
export class Panel {
  readonly element: HTMLElement
  readonly live = h("div.vh", { role: "log", ariaLive: "polite" })
  readonly composer: Composer
  /** Messages that came while nobody looked. */
  unread = 0
  name = t("name")
  asks = false
  #about: About = {}
  #drawn = 0
  #session = ""
  #lastAt = 0
  #timer = 0
  #tail = ""
  #follows = true
  readonly #title = h("h2")
  readonly #presence = h("p.presence", { hidden: true })
  readonly #menu = h("div.menu", { hidden: true })
  readonly #more: HTMLButtonElement
  readonly #banner = h("p.banner", { role: "status" })
  readonly #list = h("div.list")
  readonly #waiting = h("div.list")
  readonly #foot = h("div.foot")
  readonly #log = h("div.log", { role: "region", tabIndex: 0 })
  readonly #newer: HTMLButtonElement
  #dots: HTMLElement | null = null

  constructor(
    readonly chat: Chat,
    readonly locale: () => string,
    readonly commands: Commands,
    inline: boolean,
  ) {
    this.composer = new Composer(said => this.#say(said), commands.extra)
    this.#more = iconButton("", "menu", t("menu"), {
      ariaExpanded: "false",
      onclick: () => this.menu(this.#menu.hidden),
    })
    this.#newer = h<HTMLButtonElement>(
      "button.newer",
      { type: "button", hidden: true, onclick: () => this.#bottom() },
      icon("down"),
      t("newer"),
    )
    this.#log.ariaLabel = t("messages")
    this.#log.append(this.#list, this.#waiting, this.#foot)
    // follow what is new until the visitor scrolls up to read what is old
    let top = 0
    this.#log.onscroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#log
      if (scrollHeight - scrollTop - clientHeight < NEAR_PX) this.#bottom(false)
      else if (scrollTop < top) this.#follows = false
      top = scrollTop
    }
    const grown = new ResizeObserver(() => this.#follows && this.#bottom())
    for (const part of [this.#log, this.#list, this.#waiting, this.#foot]) grown.observe(part)
    this.element = h(
      "section.panel",
      { role: "dialog" },
      h(
        "header",
        {},
        h("div.who", {}, this.#title, this.#presence),
        this.#more,
        !inline && iconButton("", "close", t("close"), { onclick: commands.close }),
        this.#menu,
      ),
      this.#banner,
      h("div.body", {}, this.#log, this.#newer),
      this.composer.element,
    )
    this.element.addEventListener("dragover", event => event.preventDefault())
    this.element.addEventListener("drop", event => {
      event.preventDefault()
      this.composer.attach(event.dataTransfer?.files)
    })
  }

  /** Say who this is. */
  introduce(about: About, name: string): void {
    this.#about = about
    this.name = name
    this.#title.textContent = name
    this.element.ariaLabel = name
    const known = typeof about.open === "boolean"
    this.#presence.hidden = !known
    this.#presence.textContent = known ? t(about.open ? "online" : "away") : ""
    this.#presence.classList.toggle("away", about.open === false)
  }

  /** Open or close the menu. Says whether it was open. */
  menu(open: boolean): boolean {
    const was = !this.#menu.hidden
    this.#menu.hidden = !open
    this.#more.ariaExpanded = String(open)
    if (open) {
      const { chat } = this
      const item = (label: string, act: () => void) =>
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              this.menu(false)
              this.#more.focus()
              act()
            },
          },
          label,
        )
      this.#menu.replaceChildren(
        item(t("restart"), this.commands.restart),
        item(t("download"), () => this.#download()),
        ...(chat.session && !chat.ended ? [item(t("end"), () => chat.end().catch(() => {}))] : []),
      )
      ;(this.#menu.firstChild as HTMLElement).focus()
    } else if (was) this.#more.focus()
    return was
  }

  /** Draw what changed. */
  update(): void {
    const { chat } = this
    const id = chat.session?.uuid ?? ""
    if (id !== this.#session || chat.state.entries.length < this.#drawn) {
      clearTimeout(this.#timer)
      this.#timer = this.#drawn = this.#lastAt = 0
      this.#tail = ""
      this.#session = id
      this.#list.replaceChildren()
      this.#typing(false)
      this.unread = 0
    }
    this.#banner.textContent = chat.trouble || chat.notice
    this.#pump()
    this.#waiting.replaceChildren(...chat.state.pending.map(one => pending(one, () => chat.retry(one.id))))
    this.#rest()
  }

  focus(): void {
    const form = this.#foot.querySelector<HTMLElement>("input,button")
    ;(this.asks || this.chat.ended ? (form ?? this.#more) : this.composer.field).focus()
  }

  /** Draw entries up to one before which the bot types. */
  #pump(): void {
    if (this.#timer) return
    const { entries } = this.chat.state
    const from = this.#drawn
    while (this.#drawn < entries.length) {
      const entry = entries[this.#drawn]!
      const news = this.#drawn >= this.chat.history
      const pause = news && entry.kind === "message" && entry.sender !== "customer" ? (entry.typing_ms ?? 0) : 0
      if (pause && !document.hidden && !still()) {
        this.#typing(true)
        this.#timer = window.setTimeout(
          () => {
            this.#timer = 0
            this.#draw(entry, true)
            this.#drawn++
            this.chat.changed()
          },
          Math.min(pause, TYPING_LIMIT_MS),
        )
        break
      }
      this.#draw(entry, news)
      this.#drawn++
    }
    if (!this.#timer) this.#typing(this.chat.state.awaiting.kind === "fulfillment" && !this.chat.ended)
    if (this.#drawn > from && !this.#follows) this.#newer.hidden = false
  }

  #draw(entry: Entry, news: boolean): void {
    if (entry.kind === "suggestions") return
    const at = Date.parse(entry.sent_at)
    if (at - this.#lastAt > PAUSE_MS) {
      const day = new Date(at).toDateString() !== new Date().toDateString()
      const style = { ...(day && { dateStyle: "medium" as const }), timeStyle: "short" as const }
      this.#list.append(
        h("p.at", {}, h("time", { dateTime: entry.sent_at }, new Intl.DateTimeFormat(this.locale(), style).format(at))),
      )
    }
    this.#lastAt = at
    if (entry.kind === "ended") {
      this.#list.append(h("p.at", {}, t("ended")))
      if (news) this.#announce(t("ended"))
      return
    }
    const drawn =
      entry.kind === "message"
        ? message(entry.sender, this.name, entry.text)
        : bubble(entry.sender, this.name, entry.name)
    this.#list.append(drawn)
    if (entry.kind === "file")
      this.commands.extra().then(
        ({ file }) => drawn.lastElementChild!.replaceChildren(file(entry, this.chat.api.file(entry.id, entry.name))),
        () => {},
      )
    if (!news || entry.sender === "customer") return
    this.unread++
    this.#announce(`${t("said", { name: this.name })} ${entry.kind === "message" ? plain(entry.text) : entry.name}`)
  }

  /** Read out once, then leave: the visible transcript is not live, so nothing is ever read twice. */
  #announce(text: string): void {
    const said = h("p", {}, text)
    this.live.append(said)
    setTimeout(() => said.remove(), 1_000)
  }

  #typing(on: boolean): void {
    if (on === !!this.#dots) return
    this.#dots?.remove()
    this.#dots = on ? typing(this.name) : null
    if (this.#dots) this.#waiting.after(this.#dots)
  }

  /** Draw what follows the messages: choices, the form before the chat, or the end. */
  #rest(): void {
    const { chat } = this
    const { awaiting, entries, pending: waiting } = chat.state
    const settled = !this.#timer && this.#drawn === entries.length
    const kind = this.asks
      ? "before"
      : chat.ended
        ? "ended"
        : !chat.session || waiting.length || !settled
          ? ""
          : "reply"
    const key = `${kind}${kind === "reply" ? JSON.stringify(awaiting) + chat.state.last : ""}`
    this.composer.element.hidden = kind === "before" || kind === "ended"
    if (awaiting.kind === "reply") this.composer.ask(awaiting.input)
    if (key === this.#tail) return
    this.#tail = key
    const within = this.#foot.contains((this.#foot.getRootNode() as ShadowRoot).activeElement)
    this.#foot.replaceChildren()
    const draw = (...drawn: (Node | null | false)[]) => {
      this.#foot.replaceChildren(...drawn.filter(one => !!one))
      if (within) this.focus()
    }
    if (kind === "reply" && !severally(awaiting))
      draw(
        offer(
          awaiting,
          said => this.#say(said),
          () => this.composer.choose(),
        ),
      )
    else if (kind)
      this.commands.extra().then(
        extra => {
          if (key !== this.#tail) return
          if (kind === "before") draw(extra.before(this.#about, this.commands.begin))
          else if (kind === "ended")
            draw(
              !chat.rated && extra.rating((stars, comment) => chat.rate(stars, comment)),
              h("button.again", { type: "button", onclick: this.commands.restart }, t("again")),
            )
          else if (awaiting.kind === "reply") draw(extra.several(awaiting.input, said => this.#say(said)))
        },
        () => {},
      )
  }

  #say(said: Said): void {
    if (said.value !== undefined) {
      this.#announce(t("chosen", { label: said.text }))
      // the button that was pressed goes away: the next thing to do is the field
      if (!matchMedia("(pointer: coarse)").matches) this.composer.field.focus()
    }
    this.chat.send(said)
    this.#bottom()
  }

  #bottom(move = true): void {
    this.#follows = true
    this.#newer.hidden = true
    const { scrollHeight, scrollTop, clientHeight } = this.#log
    const far = scrollHeight - scrollTop > 2.5 * clientHeight
    if (move) this.#log.scrollTo({ top: scrollHeight, behavior: still() || far ? "instant" : "smooth" })
  }

  #download(): void {
    this.commands.extra().then(
      ({ save, transcript }) => save(transcript(this.chat.state.entries, this.name, this.locale()), `${this.name}.txt`),
      () => {},
    )
  }
}
