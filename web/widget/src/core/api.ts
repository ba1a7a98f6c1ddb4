import { json } from "./json"
import type { About, Answer, Pending, Session } from "./types"

/** The server said no. `status` 0: it could not be asked. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail = "",
    /** Seconds to wait before asking again. */
    readonly after = 0,
  ) {
    super(detail)
  }

  /** Whether asking again may help. */
  get passing(): boolean {
    return !this.status || this.status === 429 || this.status >= 500
  }

  /** Whether the interaction is not ours any more. */
  get gone(): boolean {
    return [401, 404, 410].includes(this.status)
  }
}

const PATIENCE_MS = 20_000
/** Bytes in a millisecond that the slowest connection takes up. */
const SLOWEST = 20

/** The chat API of one bot. */
export class Api {
  readonly root: string
  readonly #bot: string

  constructor(
    readonly base: string,
    bot: string,
  ) {
    this.root = `${base}api/chat/v1/`
    this.#bot = `bots/${encodeURIComponent(bot)}`
  }

  about(): Promise<About> {
    return this.#json(this.#bot)
  }

  start(body: object): Promise<Answer & { interaction: Session }> {
    return this.#json(`${this.#bot}/interactions?wait=0`, json(body))
  }

  entries(session: Session, after: number): Promise<Answer> {
    return this.#json(`${path(session)}entries?after=${after}`, undefined, session)
  }

  send(session: Session, one: Pending): Promise<Answer> {
    if (!one.file) {
      const said = one.value === undefined ? { text: one.text } : { suggestion: one.value }
      return this.post(session, "messages", { id: one.id, ...said })
    }
    return this.#json(`${path(session)}files?wait=0`, one.file, session, {
      "Content-Type": one.file.type || "application/octet-stream",
      "X-File-Name": encodeURIComponent(one.file.name),
      "X-Message-Id": one.id,
    })
  }

  events(session: Session, after: number, signal: AbortSignal): Promise<Response> {
    return this.#fetch(`${path(session)}events?after=${after}`, { headers: bearer(session), signal })
  }

  /** Post to `messages`, `data`, `end` or `feedback` of an interaction. */
  post(session: Session, what: string, body: object): Promise<Answer> {
    return this.#json(`${path(session)}${what}?wait=0`, json(body), session)
  }

  async #json<T>(path: string, body?: BodyInit, session?: Session, headers: Record<string, string> = {}): Promise<T> {
    const init: RequestInit = {
      headers: { ...headers, ...bearer(session) },
      signal: AbortSignal.timeout(PATIENCE_MS + ((body as File)?.size || 0) / SLOWEST),
    }
    if (body !== undefined) Object.assign(init, { method: "POST", body })
    const response = await this.#fetch(path, init)
    return response.json().catch(() => Promise.reject(new Refused(0)))
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.root + path, { ...init, credentials: "omit" }).catch(() => null)
    if (!response) throw new Refused(0)
    if (response.ok) return response
    const problem = await response.json().catch(() => null)
    throw new Refused(response.status, problem?.errors?.[0]?.detail, Number(response.headers.get("Retry-After")))
  }
}

const path = (session: Session) => `interactions/${encodeURIComponent(session.uuid)}/`

const bearer = (session?: Session): Record<string, string> =>
  session ? { Authorization: `Bearer ${session.token}` } : {}

/** The page's address without what may be secret in it: no query, no fragment. */
export const address = (): string => (location.origin + location.pathname).slice(0, 2000)
