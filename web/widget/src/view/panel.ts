import type { Chat } from "../chat"
import { t } from "../core/text"
import type { About, Entry, Item } from "../core/types"
import type { Extra } from "../extra"
import { plain } from "../md"
import { Composer, type Said } from "./composer"
import { h, iconButton } from "./dom"
import { bubble, message, pending, typing } from "./message"
import { offer } from "./offer"

const TYPING_LIMIT_MS = 3_000
/** A pause that deserves a time of its own in the transcript. */
const PAUSE_MS = 15 * 60_000
const NEAR_PX = 80
/** So many entries of an earlier conversation are drawn before the browser may do something else. */
const CHUNK = 100

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

/** Where a field that has the focus brings up a keyboard that covers half of the panel. */
export const touch = () => matchMedia("(pointer: coarse)").matches

export interface Commands {
  close(): void
  begin(items?: Item[]): void
  restart(): void
  /** Use what not every conversation needs, when it is loaded. */
  extra(use: (extra: Extra) => void, without?: () => void): void
}

/** Kinds whose choices are more than a row of buttons. */
const SPECIAL = /^(several_of|rating|file)$/

/** The panel: draws what the conversation holds, entry by entry, and nothing twice. */
export class Panel {
  readonly element: HTMLElement
  readonly live = h("div.vh", { role: "log", ariaLive: "polite" })
  readonly composer: Composer
  /** Messages that came while nobody looked. */
  unread = 0
  name = ""
  asks = false
  /** Whether the conversation could not be begun. */
  stuck = false
  #about: About | undefined
  #drawn = 0
  #session = ""
  #lastAt = 0
  #timer = 0
  #tail = ""
  #follows = true
  readonly #title = h("h2")
  readonly #menu = h("div.menu", { hidden: true })
  readonly #more: HTMLButtonElement
  readonly #banner = h("p.banner", { role: "status" })
  readonly #intro = h("div")
  readonly #list = h("div.list")
  readonly #waiting = h("div.list")
  readonly #foot = h("div.foot")
  readonly #log = h("div.log", { role: "region", tabIndex: 0 })
  readonly #who = h("div.who", {}, this.#title)
  readonly #body = h("div.body", {}, this.#log)
  #newer: HTMLElement | undefined
  #dots: HTMLElement | null = null

  constructor(
    readonly chat: Chat,
    readonly locale: () => string,
    readonly commands: Commands,
    inline: boolean,
  ) {
    this.composer = new Composer(said => this.#say(said), commands)
    this.#more = iconButton("", "menu", t("menu"), {
      ariaExpanded: "false",
      onclick: () => this.menu(this.#menu.hidden),
    })
    this.#log.ariaLabel = t("messages")
    this.#log.append(this.#intro, this.#list, this.#waiting, this.#foot)
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
      {
        role: "dialog",
        ondragover: (event: Event) => event.preventDefault(),
        ondrop: (event: DragEvent) => {
          event.preventDefault()
          const files = event.dataTransfer?.files
          if (files?.length) this.composer.attach(files)
        },
      },
      h(
        "header",
        {},
        this.#who,
        this.#more,
        !inline && iconButton("", "close", t("close"), { onclick: commands.close }),
        this.#menu,
      ),
      this.#banner,
      this.#body,
      this.composer.element,
    )
  }

  title(name: string): void {
    this.name = name
    this.#title.textContent = name
    this.element.ariaLabel = name
  }

  /** Say who this is; nothing that was said is drawn before that is known. */
  introduce(about: About, name: string): void {
    this.#about = about
    this.title(name)
    const shut = about.open === false
    const intro = (shut && about.away) || about.greeting
    this.composer.free = about.files !== false
    if (intro || shut || about.open)
      this.commands.extra(({ greeting, presence }) => {
        if (intro) this.#intro.replaceChildren(greeting(intro))
        if (shut || about.open) this.#who.replaceChildren(this.#title, presence(!shut))
      })
  }

  /** Open or close the menu. Says whether it was open. */
  menu(open: boolean): boolean {
    const was = !this.#menu.hidden
    this.#menu.hidden = true
    this.#more.ariaExpanded = "false"
    if (open) this.#open()
    else if (was) this.#more.focus()
    return was
  }

  #open(): void {
    const { chat, commands } = this
    commands.extra(({ menu }) => {
      const about = { ...this.#about, name: this.name, locale: this.locale() }
      this.#menu.replaceChildren(...menu(chat, about, commands.restart, () => this.menu(false)))
      this.#menu.hidden = false
      this.#more.ariaExpanded = "true"
      ;(this.#menu.firstChild as HTMLElement).focus()
    })
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
    if (this.#about) this.#pump()
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
      if (this.#drawn - from >= CHUNK) {
        this.#later(() => {}, 0)
        break
      }
      const news = this.#drawn >= this.chat.history
      const pause = news && entry.kind === "message" && entry.sender !== "customer" ? (entry.typing_ms ?? 0) : 0
      if (pause && !document.hidden && !still()) {
        this.#typing(true)
        this.#later(
          () => {
            this.#draw(entry, true)
            this.#drawn++
          },
          Math.min(pause, TYPING_LIMIT_MS),
        )
        break
      }
      this.#draw(entry, news)
      this.#drawn++
    }
    if (!this.#timer) this.#typing(this.chat.state.awaiting.kind === "fulfillment" && !this.chat.ended)
    if (this.#drawn > from && !this.#follows)
      this.commands.extra(({ newer }) => {
        if (this.#follows || this.#newer) return
        this.#newer = newer(() => this.#bottom())
        this.#body.append(this.#newer)
      })
  }

  #later(act: () => void, ms: number): void {
    this.#timer = window.setTimeout(() => {
      this.#timer = 0
      act()
      this.chat.changed()
    }, ms)
  }

  #draw(entry: Entry, news: boolean): void {
    if (entry.kind === "suggestions") return
    const at = Date.parse(entry.sent_at)
    if (at - this.#lastAt > PAUSE_MS) {
      const day = new Date(at).toDateString() !== new Date().toDateString()
      const style = { ...(day && { dateStyle: "medium" as const }), timeStyle: "short" as const }
      this.#list.append(h("p.at", {}, new Intl.DateTimeFormat(this.locale(), style).format(at)))
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
    drawn.id = `${entry.number}`
    this.#list.append(drawn)
    if (entry.kind === "file")
      this.commands.extra(({ file }) => drawn.lastElementChild!.replaceChildren(file(entry, this.chat.api)))
    // what these look like is loaded with them
    else if (entry.sender === "system" || drawn.querySelector("code")) this.commands.extra(() => {})
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
    const kind = this.stuck
      ? "stuck"
      : !this.#about
        ? ""
        : this.asks
          ? "before"
          : chat.ended
            ? "ended"
            : !chat.session || waiting.length || !settled
              ? ""
              : "reply"
    const key = `${kind}${kind === "reply" ? JSON.stringify(awaiting) + chat.state.last : ""}`
    const active = (this.element.getRootNode() as ShadowRoot).activeElement
    const gone = kind === "before" || kind === "ended"
    const within = this.#foot.contains(active) || (gone && this.composer.element.contains(active))
    this.composer.element.hidden = gone
    if (awaiting.kind === "reply") this.composer.ask(awaiting.input)
    if (key === this.#tail) return
    this.#tail = key
    this.#foot.replaceChildren()
    // what held the focus goes away, and what comes in its place may have to be loaded
    if (within) (gone || touch() ? this.#log : this.composer.field).focus()
    const say = (said: Said) => this.#say(said)
    const draw = (...drawn: (Node | null)[]) => {
      this.#foot.replaceChildren(...drawn.filter(one => !!one))
      if (within) this.focus()
    }
    if (awaiting.kind === "reply" && kind === "reply" && !SPECIAL.test(awaiting.input.kind))
      draw(offer(awaiting.suggestions, say))
    else if (this.stuck) draw(offer([{ label: t("retry"), value: "" }], () => this.commands.begin()))
    else if (kind)
      this.commands.extra(extra => {
        if (key !== this.#tail) return
        if (kind === "before") draw(extra.before(this.#about!, this.commands.begin))
        else if (kind === "ended") draw(...extra.after(chat, this.#about!, this.commands.restart))
        else if (awaiting.kind === "reply")
          draw(extra.special(awaiting.input, awaiting.suggestions, say, () => this.composer.attach()))
      })
  }

  #say(said: Said): void {
    if (said.value !== undefined) {
      this.#announce(t("chosen", { label: said.text }))
      // the button that was pressed goes away: the next thing to do is the field
      if (!touch()) this.composer.field.focus()
    }
    this.chat.send(said)
    this.#bottom()
  }

  #bottom(move = true): void {
    this.#follows = true
    this.#newer?.remove()
    this.#newer = undefined
    const { scrollHeight, scrollTop, clientHeight } = this.#log
    const far = scrollHeight - scrollTop > 2.5 * clientHeight
    if (move) this.#log.scrollTo({ top: scrollHeight, behavior: still() || far ? "instant" : "smooth" })
  }
}
