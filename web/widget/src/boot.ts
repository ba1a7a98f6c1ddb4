import type { Controls, Load, Options } from "./core/types"

/** Name of the widget's file beside the loader; filled in when it is built. */
declare const __WIDGET__: string

type Call = [name: string, ...given: unknown[]] | ((chat: Api) => void)

/**
 * What a page can do with a chat (documented in branchline.d.ts): the chat's own element, which is also where its events
 * happen. Everything may be called before the widget is there.
 */
export interface Api extends HTMLElement, Record<Command, (...given: unknown[]) => Promise<unknown>> {
  /** Listen to an event, or to all of them as `*`; gives the way to stop. */
  on(event: string, listener: (detail: never) => void): () => void
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
  /** Where the server is, when it is not where the widget came from; with a slash at the end. */
  base?: string
  /** A conversation to take up, with its token, in place of the one that the browser remembers. */
  interaction?: string
  token?: string
}

export interface Place {
  /** Address of the server, with a slash at the end. */
  base: string
  nonce: string | undefined
}

type Command = keyof Controls
type Run = (...given: unknown[]) => unknown
type Module = { mount(options: Options): Promise<Controls> }

const COMMANDS = "open close toggle start resume send setData setSignedData end restart destroy"
/** What these do can wait until the widget is needed for something else. */
const LATER = /^(cl|set)/

/**
 * Make an element of the page a chat, and load the widget when somebody means to use it. `launcher`: the button that
 * opens it; without one, the chat fills its element and is open from the start.
 */
export function boot(look: Look, host: Api, { base, nonce }: Place, launcher?: HTMLButtonElement): Api {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  const early: [name: Command, given: unknown[]][] = []
  let loading: Promise<Controls> | undefined
  let gone = false
  /** Browsers remember that an address failed: another try needs another one. */
  let again = ""

  const emit = (event: string, detail?: unknown) => {
    host.dispatchEvent(new CustomEvent(event, { detail }))
    host.dispatchEvent(new CustomEvent("*", { detail: { event, detail } }))
  }

  /**
   * Load a module that stands beside the loader; each bot has its own, because two may speak different languages. A
   * policy that allows scripts by nonce alone forbids `import()`, but not of what a script element has loaded before.
   */
  const fetchModule: Load = async file => {
    const src = `${base}w/${file}?${look.bot}${again}`
    if (nonce)
      await new Promise(done => {
        const script = document.createElement("script")
        // where Trusted Types forbid the address, the nonce lets `import()` pass
        document.head.append(Object.assign(script, { type: "module", nonce, onload: done, onerror: done, src }))
        script.remove()
      }).catch(() => {})
    return import(/* @vite-ignore */ src)
  }

  async function load(): Promise<Controls> {
    loading ??= fetchModule<Module>(__WIDGET__).then(module =>
      module.mount({ base, ...(look as { bot: string }), root, launcher, emit, load: fetchModule }),
    )
    try {
      const controls = await loading
      for (const [name, given] of early.splice(0)) (controls[name] as Run)(...given)
      return controls
    } catch (problem) {
      loading = undefined
      again += "&"
      emit("error", { status: 0, detail: `${problem}` })
      throw problem
    }
  }

  host.on = (event, listener) => {
    const heard = (one: Event) => listener((one as CustomEvent<never>).detail)
    host.addEventListener(event, heard)
    return () => host.removeEventListener(event, heard)
  }
  host.push = (...calls) => {
    for (const one of calls)
      if (typeof one === "function") one(host)
      else host[one[0] as "send"]?.(...one.slice(1)).catch?.(() => {})
  }
  for (const name of COMMANDS.split(" ") as Command[])
    host[name] = async (...given) => {
      if (gone) return
      if (name === "destroy") {
        gone = true
        emit(name)
        root.replaceChildren()
        root.adoptedStyleSheets = []
        await loading?.then(controls => controls.destroy())
      } else if (!loading && LATER.test(name)) early.push([name, given])
      else return ((await load())[name] as Run)(...given)
    }

  if (launcher) launcher.onpointerenter = launcher.onfocus = () => load().catch(() => {})
  try {
    if (!launcher || sessionStorage[`branchline:${look.bot}`]) host.push(["open"])
  } catch {}
  return host
}

/** Give a shadow root its styles. A constructed sheet is no inline style, so no policy forbids it. */
export function dress(host: HTMLElement, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  host.shadowRoot!.adoptedStyleSheets = [sheet]
}
