import type { Controls, Load, Options } from "./core/types"

/** Name of the widget's file beside the loader; filled in when it is built. */
declare const __WIDGET__: string

type Listener = (detail: unknown) => void
type Call = [name: string, ...given: unknown[]] | ((api: Api) => void)

/** What a page can do with its chat. Everything may be called before the widget is there. */
export interface Api extends Record<Command, (...given: unknown[]) => Promise<unknown>> {
  /** Listen to an event, or to all of them as `*`; gives the way to stop. */
  on(event: string, listener: Listener): () => void
  push(...calls: Call[]): void
}

/** How a chat looks, as written on its tag. */
export interface Look {
  bot?: string
  accent?: string
  theme?: string
  locale?: string
  name?: string
  side?: string
}

export interface Place {
  /** Address of the server, with a slash at the end. */
  base: string
  nonce: string | undefined
  /** An element of the page to fill; without one, the chat floats over the page. */
  inside?: HTMLElement
  /** Id of the element that is made. */
  id?: string
}

type Command = keyof Controls
type Module = { mount(options: Options): Promise<Controls> }

const COMMANDS = "open close toggle start send setData setSignedData end restart destroy"
/** What these do can wait until the widget is needed for something else. */
const LATER = /^(cl|set)/

/** The mark on the launcher is a border, because icons made in script cost more bytes. */
const CSS =
  ".l{all:initial;position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px;width:60px;height:60px;border-radius:50%;background:var(--accent,#0b6e85);color:var(--on,#fff);box-shadow:0 4px 16px #0004;cursor:pointer;display:grid;place-items:center;border:2px solid #0000}.l:before{content:'';width:20px;height:15px;border:2.5px solid;border-radius:8px 8px 8px 1px}.left{left:20px;right:auto}.l:focus-visible{outline:3px solid var(--accent,#0b6e85);outline-offset:3px}"

/** Draw the launcher, and load the widget when somebody means to use it. */
export function boot(look: Look, { base, nonce, inside, id }: Place): Api {
  const listeners = new Set<[event: string, listener: Listener]>()
  const early: (() => unknown)[] = []
  let loading: Promise<Controls> | undefined
  let launcher: HTMLButtonElement | undefined

  const emit = (event: string, detail?: unknown) => {
    for (const [name, listener] of listeners)
      if (name === event) queueMicrotask(() => listener(detail))
      else if (name === "*") queueMicrotask(() => listener({ event, detail }))
  }
  const run = async (name: Command, given: unknown[]) =>
    ((await load())[name] as (...given: unknown[]) => unknown)(...given)

  const host = inside ?? document.createElement("div")
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  if (!inside) {
    host.id = id ?? "branchline"
    // the page's rules for its own elements must not reach this one
    host.style.setProperty("all", "initial", "important")
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
    root.adoptedStyleSheets = [sheet]
    launcher = document.createElement("button")
    launcher.className = `l ${look.side}`
    if (look.accent) launcher.style.setProperty("--accent", look.accent)
    // a word in most languages; the widget says it better once it is there
    launcher.ariaLabel = "Chat"
    launcher.onpointerenter = launcher.onfocus = () => load().catch(() => {})
    launcher.onclick = () => run("toggle", [])
    root.append(launcher)
    const put = () => document.body.append(host)
    if (document.body) put()
    else addEventListener("DOMContentLoaded", put)
  }

  /**
   * Load a module that stands beside the loader. A policy that allows scripts by nonce alone forbids `import()`: then a
   * script element with the loader's nonce does it, and the module hands itself over through an event.
   */
  const fetchModule: Load = file => {
    const address = `${base}w/${file}`
    return import(/* @vite-ignore */ address).catch(
      problem =>
        new Promise((done, failed) => {
          if (!nonce) throw problem
          addEventListener(file, event => done((event as CustomEvent).detail), { once: true })
          const script = document.createElement("script")
          script.type = "module"
          script.nonce = nonce
          // another address: browsers remember that the first one failed
          script.src = `${address}?n`
          script.onerror = failed
          document.head.append(script)
        }),
    )
  }

  async function load(): Promise<Controls> {
    loading ??= fetchModule<Module>(__WIDGET__).then(module =>
      module.mount({ ...look, bot: look.bot!, base, root, launcher, inline: !!inside, emit, load: fetchModule }),
    )
    try {
      const controls = await loading
      for (const call of early.splice(0)) call()
      return controls
    } catch (problem) {
      loading = undefined
      emit("error", { status: 0, detail: String(problem) })
      throw problem
    }
  }

  const api = {
    on(event: string, listener: Listener) {
      const one: [string, Listener] = [event, listener]
      listeners.add(one)
      return () => listeners.delete(one)
    },
    push(...calls: Call[]) {
      for (const one of calls)
        if (typeof one === "function") one(api)
        else (api as unknown as Record<string, (...given: unknown[]) => unknown>)[one[0]]?.(...one.slice(1))
    },
  } as unknown as Api
  for (const name of COMMANDS.split(" ") as Command[])
    api[name] = async (...given) => {
      if (name === "destroy") host.remove()
      if (!loading && LATER.test(name)) early.push(() => run(name, given))
      else if (loading || name !== "destroy") return run(name, given)
    }

  try {
    if (inside || sessionStorage.getItem(`branchline:${look.bot}`)) api.open()
  } catch {}
  return api
}
