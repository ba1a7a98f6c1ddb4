import { type Api, address, Refused } from "./core/api"
import { newId } from "./core/id"
import type { Memory } from "./core/memory"
import { blank, drop, ended, misses, put, type State, take } from "./core/reduce"
import { read } from "./core/stream"
import { t } from "./core/text"
import type { Answer, Item, Pending, Session } from "./core/types"

/** Tries of one message before the visitor is told that it was not sent. */
const TRIES = 4
const LONGEST_PAUSE_MS = 20_000
/** The server's heart beats every 15 s. */
const SILENCE_MS = 40_000
/** A stream says something at once; when it does not, something between us and the server holds it back. */
const FIRST_WORD_MS = 8_000
const POLL_MS = 3_000
/** A stream that lasted this long was a good one: after it, tries are counted anew. */
const STEADY_MS = 5_000

const backoff = (tries: number) =>
  Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2)

/** One conversation: its state, what is on its way, and the connection that keeps it fresh. Draws nothing. */
export class Chat {
  state: State = blank()
  session: Session | undefined
  starting = false
  /** The sentence that the visitor should see about the connection. */
  trouble = ""
  /** A sentence that stays until the visitor writes. */
  notice = ""
  /** How many entries were there when the conversation was taken up again: they are history, not news. */
  history = 0
  #data: Item[] = []
  #signed: string | undefined
  #watched = false
  #sending = false
  #listening: AbortController | undefined
  #quiet = false
  #wake = () => {}
  readonly #life = new AbortController()

  constructor(
    readonly api: Api,
    readonly memory: Memory,
    readonly changed: () => void,
    readonly emit: (event: string, detail?: unknown) => void,
  ) {
    const { signal } = this.#life
    const online = () => {
      this.#wake()
      if (this.trouble) this.#say("")
      this.retry()
    }
    addEventListener("online", online, { signal })
    addEventListener("offline", () => this.session && this.#say(t("offline")), { signal })
    memory.watch(() => this.#elsewhere(), signal)
  }

  get ended(): boolean {
    return ended(this.state)
  }

  /** Take up the conversation that is remembered; false when there is none. */
  async resume(): Promise<boolean> {
    const { session, pending } = this.memory.get()
    // broken memory is none; such a token could not even be sent
    if (!/^[\w-]+,[\w-]+$/.test([session?.uuid, session?.token].join())) return false
    this.session = session!
    this.state = blank([pending].flat().flatMap(one => (one?.id && one.text ? { ...one, state: "sending" } : [])))
    this.#quiet = true
    this.history = Number.POSITIVE_INFINITY
    try {
      await this.#sync()
    } catch (problem) {
      if (!this.#failed(problem)) return false
    } finally {
      this.#quiet = false
    }
    this.history = this.state.last
    this.emit("resume", { uuid: this.session.uuid, ended: this.ended })
    this.changed()
    this.#flush()
    this.#listen()
    return true
  }

  /** Start a conversation; raises Refused. */
  async start(locale: string, items: Item[] = []): Promise<void> {
    if (this.session || this.starting) return
    this.starting = true
    this.changed()
    const given = this.#data
    try {
      const answer = await this.api.start({
        start_url: address(),
        locale,
        data: [...given, ...items],
        signed_data: this.#signed,
      })
      const { uuid, token } = answer.interaction
      this.session = { uuid, token }
      this.state = blank(this.state.pending)
      this.history = 0
      this.trouble = ""
      this.emit("start", { uuid })
      this.#took(answer)
      // what the page gave meanwhile
      if (this.#data !== given) this.data(this.#data).catch(() => {})
    } catch (problem) {
      this.#tell(problem)
      throw problem
    } finally {
      this.starting = false
      this.changed()
    }
    this.#flush()
    this.#listen()
  }

  /** Send what the visitor wrote or chose. It is kept here until the server has it. */
  send(said: { text: string; value?: string; file?: File }): void {
    this.notice = ""
    this.#set(put(this.state, { id: newId(), state: "sending", ...said }))
    this.#flush()
  }

  /** Try a message again, or all that may be tried again. */
  retry(id?: string): void {
    for (const one of this.state.pending)
      if (one.state === "failed" && (id ? one.id === id : !one.refusal))
        this.#set(put(this.state, { ...one, refusal: undefined, state: "sending" }))
    this.#flush()
  }

  /** Give data of the page: to this conversation, and to those that begin later on this page. */
  async data(items: Item[], signed?: string): Promise<void> {
    this.#data = [...this.#data.filter(old => !items.some(item => item.name === old.name)), ...items]
    this.#signed = signed ?? this.#signed
    if (this.session && !this.ended)
      this.#took(await this.api.post(this.session, "data", { data: items, signed_data: signed }))
  }

  async end(): Promise<void> {
    if (this.session && !this.ended) this.#took(await this.api.post(this.session, "end", { end_url: address() }))
  }

  /** Leave this conversation behind. */
  forget(): void {
    this.memory.set({})
    this.#leave()
  }

  #leave(): void {
    this.#listening?.abort()
    this.session = undefined
    this.state = blank()
    this.history = 0
    this.changed()
  }

  /** Say whether somebody is looking: only then, or while something is owed, is a stream held open. */
  watch(watched: boolean): void {
    this.#watched = watched
    if (watched) this.#wake()
    this.#listen()
  }

  stop(): void {
    this.session = undefined
    this.#listening?.abort()
    this.#life.abort()
  }

  #wanted(): boolean {
    return !!this.session && !this.ended && (this.#watched || this.state.awaiting.kind === "fulfillment")
  }

  #set(state: State): void {
    this.state = state
    this.#keep()
    this.changed()
  }

  #keep(): void {
    if (this.session) this.memory.set({ ...this.memory.get(), session: this.session, pending: this.state.pending })
  }

  #say(trouble: string): void {
    this.trouble = trouble
    this.changed()
  }

  #took(answer: Partial<Answer>): void {
    const before = this.state
    this.#set(take(before, answer))
    if (this.#quiet) return
    for (const entry of this.state.entries.slice(before.entries.length))
      if (entry.kind === "message") this.emit("message", { sender: entry.sender, text: entry.text })
      else if (entry.kind === "ended") this.emit("end", { by: entry.by })
    // an answer that leaves a gap: others wrote meanwhile; the next one closes it
    if (answer.entries?.length && misses(this.state, answer) && this.state === before) this.#sync().catch(() => {})
    else this.#listen()
  }

  /** Ask for everything that is missing. */
  async #sync(): Promise<void> {
    for (;;) {
      const { session } = this
      if (!session) return
      const last = this.state.last
      const answer = await this.api.entries(session, last)
      if (session !== this.session) return
      this.#took(answer)
      if (this.state.last >= answer.cursor || this.state.last === last) return
    }
  }

  async #flush(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    for (let tries = 0; ; ) {
      const one = this.state.pending.find(pending => pending.state === "sending")
      const { session } = this
      if (!one || !session) break
      try {
        const answer = await this.api.send(session, one)
        if (session !== this.session) continue
        this.#took(answer)
        if (misses(this.state, answer)) await this.#sync()
        this.#set(drop(this.state, one.id))
        if (this.trouble) this.#say("")
        tries = 0
      } catch (problem) {
        if (session !== this.session) continue
        tries = await this.#unsent(one, problem, tries + 1)
      }
    }
    this.#sending = false
  }

  async #unsent(one: Pending, problem: unknown, tries: number): Promise<number> {
    const refused = refusal(problem)
    if (!this.#failed(refused)) return 0
    if (refused.status === 409) {
      // the conversation ended meanwhile, or went on elsewhere: what is there tells
      await this.#sync().catch(() => {})
      if (this.ended) {
        this.#set(drop(this.state, one.id))
        return 0
      }
    }
    if (!refused.passing || tries >= TRIES) {
      this.#set(put(this.state, { ...one, state: "failed", ...(refused.passing ? {} : { refusal: refused.message }) }))
      return 0
    }
    await this.#pause(refused.after * 1000 || backoff(tries))
    return tries
  }

  /** Say what is wrong; false when the conversation is not ours any more, and was left behind. */
  #failed(problem: unknown): boolean {
    const refused = this.#tell(problem)
    if (refused.gone) {
      this.forget()
      this.trouble = ""
      this.notice = t("over")
      this.changed()
      this.emit("over")
      return false
    }
    if (refused.status === 429) this.#say(t("busy", { s: refused.after || 5 }))
    else if (refused.passing) this.#say(t(navigator.onLine ? "connecting" : "offline"))
    return true
  }

  #tell(problem: unknown): Refused {
    const refused = refusal(problem)
    this.emit("error", { status: refused.status, detail: refused.message, starting: this.starting })
    return refused
  }

  #pause(ms: number): Promise<void> {
    return new Promise(done => {
      const timer = setTimeout(done, ms)
      this.#wake = () => {
        clearTimeout(timer)
        done()
      }
    })
  }

  async #listen(): Promise<void> {
    if (!this.#wanted()) {
      this.#listening?.abort()
      return
    }
    if (this.#listening) return
    // tries in a row; streams in a row that said nothing; how often to ask instead, before a stream is tried again
    for (let tries = 0, deaf = 0, rounds = 0; this.#wanted(); ) {
      const stop = new AbortController()
      this.#listening = stop
      const session = this.session!
      const since = Date.now()
      let heard = false
      let failed = false
      let timer = setTimeout(() => stop.abort(), FIRST_WORD_MS)
      try {
        if (rounds) await this.#sync()
        else {
          const response = await this.api.events(session, this.state.last, stop.signal)
          await read(
            response,
            ({ name, data }) => {
              if (session !== this.session) return
              const value = JSON.parse(data)
              this.#took(name === "entry" ? { entries: [value] } : { awaiting: value })
            },
            () => {
              heard = true
              if (this.trouble && session === this.session) this.#say("")
              clearTimeout(timer)
              timer = setTimeout(() => stop.abort(), SILENCE_MS)
            },
          )
        }
        if (this.trouble) this.#say("")
      } catch (problem) {
        failed = true
        if (session === this.session && !stop.signal.aborted && tries && !this.#failed(problem)) break
      }
      clearTimeout(timer)
      if (rounds) rounds--
      else {
        deaf = heard ? 0 : deaf + 1
        if (deaf > 1) rounds = 2 ** Math.min(deaf, 6)
      }
      tries = (heard && Date.now() - since > STEADY_MS) || (rounds && !failed) ? 0 : tries + 1
      if (this.#wanted()) await this.#pause(rounds && !failed ? POLL_MS : backoff(tries - 1))
    }
    this.#listening = undefined
  }

  /** Another tab started over, or left. */
  #elsewhere(): void {
    const { session } = this.memory.get()
    if (session?.uuid === this.session?.uuid) return
    this.#leave()
    if (session) this.resume()
  }
}

const refusal = (problem: unknown): Refused => (problem instanceof Refused ? problem : new Refused(0))
