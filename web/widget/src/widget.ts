import { Chat } from "./chat"
import { Api, type Refused } from "./core/api"
import { Memory } from "./core/memory"
import { RTL, speak, t, tag } from "./core/text"
import type { About, Controls, Item, Options, Session } from "./core/types"
import type { Extra } from "./extra"
import { kit } from "./kit"
import css from "./style.css?inline"
import { h } from "./view/dom"
import { Panel, touch } from "./view/panel"

/** File of each language beside English; filled in when it is built. */
declare const __LOCALES__: Record<string, string>
declare const __EXTRA__: string

const PHONE = "(max-width: 480px)"
/** What the visitor does here and no page may see: it would answer with its shortcuts, its scrolling, its focus traps. */
const PRIVATE =
  "keydown keyup keypress beforeinput input paste copy cut compositionstart compositionupdate compositionend focusin focusout wheel touchmove drop"

/** Build the widget into its shadow root. Nothing is asked of the server before it is opened. */
export async function mount(options: Options): Promise<Controls> {
  const { root, launcher, base, bot, interaction: uuid, token } = options
  const inline = !launcher
  const api = new Api(base, bot)
  const memory = new Memory(base, bot, uuid && ({ uuid, token } as Session))
  const life = new AbortController()
  const { signal } = life
  let about: About = memory.get().about ?? {}
  let opened = false
  let covers = false
  let counted = 0
  let ready: Promise<void> | undefined
  let extras: Promise<Extra> | undefined
  const words = () => speak(locale, __LOCALES__, base)
  let locale = tag(options.locale || document.documentElement.lang || navigator.language)
  await words()

  dress(root, css)
  if (inline) await extra(() => {})
  const wrapper = h("div.root")
  const chat = new Chat(
    api,
    memory,
    () => update(),
    (event, detail) => {
      options.emit(event, detail)
      if (event !== "over") return
      asks()
      if (opened) begin().catch(() => {})
    },
  )
  const panel = new Panel(
    chat,
    // times as the visitor's own region writes them: a page in English may be read in London or in Chicago
    () => navigator.languages.find(one => one.startsWith(locale.slice(0, 2))) ?? locale,
    { close, begin: items => begin(items).catch(() => {}), restart, extra },
    inline,
  )
  panel.element.hidden = true
  panel.title(name())
  wrapper.append(panel.live, panel.element)
  for (const name of PRIVATE.split(" ")) wrapper.addEventListener(name, event => event.stopPropagation())
  wrapper.onkeydown = keys
  wrapper.classList.toggle("inline", inline)
  root.append(wrapper)

  const darkly = matchMedia("(prefers-color-scheme: dark)")
  const phone = matchMedia(PHONE)
  paint()
  for (const query of [darkly, phone]) query.addEventListener("change", paint, { signal })
  document.addEventListener("visibilitychange", seen, { signal })
  addEventListener("online", () => panel.stuck && begin().catch(() => {}), { signal })

  function extra(use: (extra: Extra) => unknown, without: () => unknown = () => {}): Promise<unknown> {
    extras ??= options
      .load<{ extra(given: typeof kit): Extra }>(__EXTRA__)
      .then(module => {
        const made = module.extra(kit)
        dress(root, made.css)
        return made
      })
      .catch(problem => {
        extras = undefined
        throw problem
      })
    return extras.then(use, without)
  }

  function paint(): void {
    const theme = options.theme || about.theme
    const dark = theme === "dark" || (theme !== "light" && darkly.matches)
    wrapper.classList.toggle("dark", dark)
    for (const element of [wrapper, launcher])
      element?.classList.toggle("left", (options.side || about.position) === "left")
    wrapper.lang = locale
    wrapper.dir = RTL.test(locale) ? "rtl" : "ltr"
    const accent = options.accent || about.accent
    if (accent)
      extra(({ shades }) => {
        for (const [name, value] of Object.entries(shades(accent, dark)))
          for (const element of [wrapper, launcher]) element?.style.setProperty(name, value)
      })
    panel.element.ariaModal = phone.matches && !inline ? "true" : null
    if (panel.element.ariaModal && !covers) {
      covers = true
      extra(
        ({ phone }) => phone(panel.element, wrapper, signal),
        () => (covers = false),
      )
    }
    update()
  }

  function seen(): void {
    chat.watch(opened && !document.hidden)
    update()
  }

  function update(): void {
    panel.update()
    if (opened && !document.hidden) panel.unread = 0
    if (!launcher) return
    const { unread } = panel
    if (unread !== counted) {
      counted = unread
      extra(({ badge }) => badge(launcher, unread))
      options.emit("unread", { count: unread })
    }
    launcher.ariaLabel = t(opened ? "close" : "open") + (unread ? `, ${t("unread", { n: unread })}` : "")
    launcher.ariaExpanded = String(opened)
    launcher.classList.toggle("away", opened && phone.matches)
  }

  function keys(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!panel.menu(false) && !inline) close()
    }
  }

  function name(): string {
    return options.name || about.name || t("name")
  }

  async function ask(): Promise<void> {
    about = memory.about = await api.about()
  }

  /** Learn about the bot, and take up the conversation there was. */
  async function prepare(): Promise<void> {
    const resumed = chat.resume()
    try {
      await ask()
    } catch (problem) {
      ready = undefined
      // whoever talks already may go on; nobody begins before it is known what they have to agree to
      if (!(await resumed)) throw problem
    }
    if (!options.locale && about.locale) {
      locale = about.locale
      await words()
    }
    panel.introduce(about, name())
    paint()
    if (!(await resumed)) asks()
  }

  /** Begin, with what the form gave; without that, not past a form. */
  async function begin(items?: Item[]): Promise<void> {
    if (panel.stuck) chat.trouble = ""
    panel.stuck = false
    try {
      ready ??= prepare()
      await ready
      if (chat.session || (panel.asks && !items)) return
      if (panel.asks) options.emit("form", { shown: false })
      await chat.start(locale, items)
      panel.asks = false
    } catch (problem) {
      const { after, message, passing, status } = problem as Refused
      if (!passing) console.error(problem)
      chat.trouble = `${t("failed")} ${status === 429 ? t("busy", { s: after }) : (message ?? "")}`
      panel.stuck = !panel.asks
      if (panel.asks) options.emit("form", { shown: true })
      throw problem
    } finally {
      update()
    }
  }

  /** Ask what the company wants to know before the chat, if it wants anything. */
  function asks(): void {
    panel.asks = !!(about.consent || about.fields?.length)
    if (panel.asks) options.emit("form", { shown: true })
    update()
  }

  async function restart(): Promise<void> {
    try {
      // what was said stays until it is sure that there can be another chat
      await ask()
    } catch {
      chat.trouble = t("failed")
      return update()
    }
    await chat.end().catch(() => {})
    chat.forget()
    chat.trouble = ""
    asks()
    await begin().catch(() => {})
    panel.focus()
  }

  function show(): void {
    if (opened) return
    opened = true
    panel.element.hidden = false
    remember()
    update()
    options.emit("open")
    seen()
    begin()
      .catch(() => {})
      // not from where the visitor went meanwhile; and on a touch screen the keyboard would jump up
      .then(() => {
        const free = root.activeElement === launcher || document.activeElement === document.body
        if (opened && !inline && free && !touch()) panel.focus()
      })
  }

  function close(): void {
    if (!opened || inline) return
    opened = false
    const inside = panel.element.contains(root.activeElement)
    panel.element.hidden = true
    remember()
    update()
    seen()
    if (inside) launcher?.focus()
    options.emit("close")
  }

  /** On the next page of this tab the panel is where it was; on phones it would cover that page. */
  function remember(): void {
    if (inline || phone.matches) return
    try {
      sessionStorage[opened ? "setItem" : "removeItem"](`branchline:${bot}`, "1")
    } catch {}
  }

  const controls: Controls = {
    open: show,
    close,
    toggle: () => (opened ? close() : show()),
    start: () => begin(),
    async resume() {
      ready ??= prepare()
      await ready
      return !!chat.session
    },
    async send(text) {
      await begin()
      chat.send({ text: String(text) })
    },
    setData: items =>
      chat.data(
        Array.isArray(items) ? items : Object.entries(items).map(([name, data]) => ({ name, data: String(data) })),
      ),
    setSignedData: jws => chat.data([], jws),
    end: () => chat.end(),
    restart,
    async destroy() {
      chat.stop()
      life.abort()
      wrapper.remove()
      launcher?.replaceChildren()
    },
  }
  return controls
}

/** Give the shadow root its styles. A constructed sheet is no inline style, so no policy forbids it. */
function dress(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
