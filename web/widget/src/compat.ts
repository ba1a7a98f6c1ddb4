/*
 * The loader of pages that were written for the other vendor (docs/howto/compatibility.md):
 *   …/api/ecs/v1/loader/{bot or alias}.js?path=…
 * as a script element or by `import()`. Their names are served by our chat; only the address in the page changes.
 */
import type { Api } from "./boot"
import { Memory } from "./core/memory"
import type { About, Item } from "./core/types"
import { float } from "./float"

type Handler = (detail?: object) => void
interface Config {
  customTracking?: (event: string, detail?: object) => void
  events?: Record<string, Handler | undefined>
  /** Names of the company's own for our actions. Not of the other vendor. */
  actions?: Record<string, string>
}

/** What the server says about the bot; `aliases` are its other names. */
interface Told extends About {
  bot: string
  aliases?: string[]
  position?: string
  rating?: boolean
}

const HOST = "talkative-engage"
const ACTIONS: Record<string, string> = {
  "start-chat": "start",
  startChat: "start",
  start: "start",
  open: "open",
  show: "open",
  close: "close",
  hide: "close",
  end: "end",
  restart: "restart",
}
const own = window as unknown as {
  talkativeCustomConfig?: Config
  talkativeApi?: object
  talaktiveApi?: object
}

/** Find our own address: a script has it; a module that may also be a script has to look into its own stack. */
function ownAddress(): [base: string, name: string] | undefined {
  const script = document.currentScript as HTMLScriptElement | null
  const places = [script?.src, new Error().stack, ...performance.getEntriesByType("resource").map(one => one.name)]
  for (const place of places) {
    const [, base, name] = /(https?:\/\/[^\s()@]+?\/)api\/ecs\/v1\/loader\/([^\s()/?#]+)\.js/.exec(place ?? "") ?? []
    if (base && name) return [base, decodeURIComponent(name)]
  }
  return undefined
}

function begin(base: string, name: string): void {
  const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce
  let about: Told | undefined
  let chat: Api | undefined
  let opened = false
  let available = true
  /** standby, data, interaction, or over: it ended, and has not been rated. */
  let stage = "standby"

  const tell = (event: string, detail?: object) => {
    const config = own.talkativeCustomConfig
    for (const call of [() => config?.events?.[event]?.(detail), () => config?.customTracking?.(event, detail)])
      try {
        call()
      } catch (problem) {
        // the page's own mistake, shown as one
        reportError(problem)
      }
  }
  const standby = () => {
    stage = "standby"
    tell("enterStandby")
  }
  const exit = () => {
    stage = "over"
    tell("exitInteraction")
    if (about?.rating === false) complete()
  }
  const complete = () => {
    tell("completeInteraction")
    standby()
  }

  /** What our chat tells, in their words. */
  const heard: Record<string, (detail: never) => void> = {
    open() {
      opened = true
      tell("visibilityChange", { visibility: true })
    },
    close() {
      opened = false
      tell("visibilityChange", { visibility: false })
    },
    form({ shown }: { shown: boolean }) {
      if (stage === "over") standby()
      stage = shown ? "data" : "standby"
      tell(shown ? "enterDataCollection" : "exitDataCollection")
    },
    start({ uuid }: { uuid: string }) {
      if (stage === "over") standby()
      stage = "interaction"
      tell("enterInteraction", { uuid })
    },
    resume({ uuid, ended }: { uuid: string; ended: boolean }) {
      if (ended) return
      stage = "interaction"
      tell("resumeInteraction", { uuid })
    },
    end: () => stage === "interaction" && exit(),
    over() {
      if (stage === "interaction") exit()
      if (stage === "over") standby()
    },
    rate: () => stage === "over" && complete(),
    error({ status, starting }: { status: number; starting?: boolean }) {
      if (starting) tell(status === 429 ? "rateLimitFail" : status && status < 500 ? "presenceFail" : "qosFail")
    },
  }

  /** The page decides whether any of it is there: not even the launcher. */
  const hide = () => chat?.style.setProperty("display", available ? "inline" : "none", "important")
  const offer = (wanted: boolean) => {
    if (wanted === available) return
    available = wanted
    hide()
    tell("availabilityChange", { isAvailable: wanted })
  }

  const ready = (async () => {
    try {
      const response = await fetch(`${base}api/chat/v1/bots/${encodeURIComponent(name)}`, { credentials: "omit" })
      if (!response.ok) throw new Error((await response.json()).errors[0].detail)
      about = (await response.json()) as Told
    } catch (problem) {
      console.error(`Branchline: ${(problem as Error).message}`)
      throw problem
    }
    const look = { bot: about.bot, accent: about.accent, side: about.position } as Record<string, string>
    const kept = new Memory(base, about.bot).get()
    chat = float(look, { base, nonce }, HOST)
    for (const [event, listener] of Object.entries(heard)) chat.on(event, listener)
    if (!available) hide()
    tell("ready")
    if (kept.session) await chat.resume().catch(() => {})
    if (stage === "standby") standby()
    return chat
  })()
  ready.catch(() => {})
  const later = async (use: (chat: Api) => unknown): Promise<void> => {
    await use(await ready)
  }
  const run = (use: (chat: Api) => unknown): void => {
    later(use).catch(() => {})
  }

  own.talaktiveApi = own.talkativeApi = {
    ui: {
      canShow: () => !!about,
      isVisible: () => opened && available,
      show: () => run(one => one.open()),
      hide: () => run(one => one.close()),
      isAvailable: () => available,
      activate: () => offer(true),
      deactivate: () => offer(false),
    },
    actions: {
      async triggerAction(action: string) {
        const command = ACTIONS[own.talkativeCustomConfig?.actions?.[action] ?? action]
        if (!command) throw new Error(`There is no action ${JSON.stringify(action)}.`)
        await later(async one => {
          if (command !== "start") return one[command as "end"]()
          await one.open()
          // that it was tried is success; that it could not begin is told by events
          await one.start().catch(() => {})
        })
      },
    },
    queues: {
      getPresences: () => {
        const status = !about ? "OFFLINE_UNKNOWN" : about.open === false ? "OFFLINE_BUSINESS_HOURS" : "ONLINE"
        const names = about ? [about.bot, ...(about.aliases ?? [])] : [name]
        return names.map(queueUuid => ({ queueUuid, status }))
      },
    },
    interactionData: {
      appendInteractionData: (items: Item[]) => {
        const given = items.map(({ name, label, data }) => ({ name: name || label, label, data: String(data ?? "") }))
        run(one => one.setData(given))
      },
      setSignedInteractionData: (jws: string) => run(one => one.setSignedData(jws)),
    },
  }
}

const found = ownAddress()
if (!found)
  console.error("Branchline: the loader cannot find its own address. Load it from …/api/ecs/v1/loader/<bot>.js.")
else if (!document.getElementById(HOST)) begin(...found)
