import { Chat } from "./chat"
import { Api, Refused } from "./core/api"
import { Memory } from "./core/memory"
import { RTL, speak, t } from "./core/text"
import type { About, Controls, Item, Options } from "./core/types"
import type { Extra } from "./extra"
import { kit } from "./kit"
import css from "./style.css?inline"
import { h } from "./view/dom"
import { Panel } from "./view/panel"

/** File of each language beside English; filled in when it is built. */
declare const __LOCALES__: Record<string, string>
declare const __EXTRA__: string

const PHONE = "(max-width: 480px)"
/** What the visitor does here and no page may see: it would answer with its shortcuts, its scrolling, its focus traps. */
const PRIVATE =
  "keydown keyup keypress beforeinput input paste copy cut compositionstart compositionupdate compositionend focusin focusout wheel touchstart touchmove dragenter dragover drop"

/** Build the widget into its shadow root. Nothing is asked of the server before it is opened. */
export async function mount(options: Options): Promise<Controls> {
  const { root, launcher, base, bot } = options
  const inline = !launcher
  const api = new Api(base, bot)
  const memory = new Memory(base, bot)
  let about: About = {}
  let locale = options.locale || document.documentElement.lang || navigator.language || "en"
  await speak(locale, __LOCALES__, base)

  dress(root, css)
  const wrapper = h("div.root")
  let opened = false
  let ready: Promise<void> | undefined

  const chat = new Chat(
    api,
    memory,
    () => update(),
    (event, detail) => {
      options.emit(event, detail)
      if (event === "over" && opened) begin().catch(() => {})
    },
  )
  const panel = new Panel(
    chat,
    () => locale,
    { close, begin: items => begin(items).catch(() => {}), restart, extra },
    inline,
  )
  panel.element.hidden = true
  panel.introduce(about, options.name || t("name"))
  wrapper.append(panel.element, panel.live)
  for (const name of PRIVATE.split(" ")) wrapper.addEventListener(name, event => event.stopPropagation())
  wrapper.addEventListener("keydown", keys, true)
  wrapper.classList.toggle("inline", inline)
  root.append(wrapper)

  const badge = h("span.badge", { hidden: true })
  launcher?.append(badge)

  const darkly = matchMedia("(prefers-color-scheme: dark)")
  const phone = matchMedia(PHONE)
  paint()
  darkly.addEventListener("change", paint)
  phone.addEventListener("change", paint)
  document.addEventListener("visibilitychange", seen)
  visualViewport?.addEventListener("resize", cover)
  visualViewport?.addEventListener("scroll", cover)

  let extras: Promise<Extra> | undefined
  function extra(): Promise<Extra> {
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
    return extras
  }

  function paint(): void {
    const theme = options.theme || about.theme
    const dark = theme === "dark" || (theme !== "light" && darkly.matches)
    wrapper.classList.toggle("dark", dark)
    wrapper.lang = locale
    wrapper.dir = RTL.test(locale) ? "rtl" : "ltr"
    const accent = options.accent || about.accent
    if (accent)
      extra().then(
        ({ shades }) => {
          for (const [name, value] of Object.entries(shades(accent, dark)))
            for (const element of [wrapper, launcher]) element?.style.setProperty(name, value)
        },
        () => {},
      )
    panel.element.ariaModal = phone.matches && !inline ? "true" : null
    update()
  }

  /** The keyboard of a phone covers the page without changing its size: follow what is visible. */
  function cover(): void {
    if (inline || !phone.matches || !visualViewport) return
    wrapper.style.setProperty("--top", `${visualViewport.offsetTop}px`)
    wrapper.style.setProperty("--height", `${visualViewport.height}px`)
  }

  function seen(): void {
    chat.watch(opened && !document.hidden)
    if (opened && !document.hidden) update()
  }

  function update(): void {
    panel.update()
    if (opened && !document.hidden) panel.unread = 0
    if (!launcher) return
    const { unread } = panel
    badge.hidden = !unread
    badge.textContent = unread > 9 ? "9+" : String(unread)
    launcher.ariaLabel = t(opened ? "close" : "open") + (unread ? `, ${t("unread", { n: unread })}` : "")
    launcher.ariaExpanded = String(opened)
    launcher.classList.toggle("away", opened && phone.matches)
    options.emit("unread", { count: unread })
  }

  function keys(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!panel.menu(false) && !inline) close()
    } else if (event.key === "Tab" && panel.element.ariaModal) {
      const all = [...panel.element.querySelectorAll<HTMLElement>("a,button,input,textarea,[tabindex='0']")].filter(
        one => one.tabIndex >= 0 && one.checkVisibility?.() !== false,
      )
      const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]]
      if (root.activeElement !== edge) return
      event.preventDefault()
      other?.focus()
    }
  }

  /** Learn about the bot, and take up the conversation there was. */
  async function prepare(): Promise<void> {
    const resumed = chat.resume()
    try {
      about = await api.about()
    } catch (problem) {
      if (problem instanceof Refused && problem.passing) ready = undefined
      else console.error(`Branchline: ${(problem as Error).message}`)
    }
    if (!options.locale && about.locale) {
      locale = about.locale
      await speak(locale, __LOCALES__, base)
    }
    panel.introduce(about, options.name || about.name || t("name"))
    paint()
    panel.asks = !(await resumed) && !!(about.consent || about.fields?.length)
    if (panel.asks) options.emit("form", { shown: true })
    update()
  }

  async function begin(items: Item[] = []): Promise<void> {
    if (panel.asks && items) {
      panel.asks = false
      options.emit("form", { shown: false })
    }
    try {
      await chat.start(locale, items)
    } catch (problem) {
      const refused = problem as Refused
      chat.trouble = `${t("failed")} ${refused.status === 429 ? t("busy", { s: refused.after }) : (refused.message ?? "")}`
      update()
      throw problem
    }
  }

  async function start(): Promise<void> {
    ready ??= prepare()
    await ready
    if (!chat.session && !panel.asks) await begin()
  }

  async function restart(): Promise<void> {
    await chat.end().catch(() => {})
    chat.forget()
    chat.trouble = ""
    panel.asks = !!(about.consent || about.fields?.length)
    if (panel.asks) update()
    else await begin().catch(() => {})
    panel.focus()
  }

  function show(): void {
    if (opened) return
    opened = true
    panel.element.hidden = false
    cover()
    remember()
    update()
    options.emit("open")
    seen()
    const focused = root.activeElement === launcher || document.activeElement === document.body
    start()
      .catch(() => {})
      // on a touch screen the keyboard would jump up
      .then(() => opened && !inline && focused && !matchMedia("(pointer: coarse)").matches && panel.focus())
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
      if (opened) sessionStorage.setItem(`branchline:${bot}`, "1")
      else sessionStorage.removeItem(`branchline:${bot}`)
    } catch {}
  }

  const controls: Controls = {
    open: show,
    close,
    toggle: () => (opened ? close() : show()),
    start,
    async resume() {
      ready ??= prepare()
      await ready
      return !!chat.session
    },
    async send(text) {
      await start()
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
      darkly.removeEventListener("change", paint)
      phone.removeEventListener("change", paint)
      document.removeEventListener("visibilitychange", seen)
      visualViewport?.removeEventListener("resize", cover)
      visualViewport?.removeEventListener("scroll", cover)
      wrapper.remove()
      badge.remove()
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
