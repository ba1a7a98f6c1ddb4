import { json } from "./json"
import type { About, Pending, Session } from "./types"

export interface Kept {
  session?: Session | undefined
  pending?: Pending[]
  /** What the bot last said about itself: its name and look while the server is away. */
  about?: About | undefined
  /** Whether this conversation was rated. */
  rated?: boolean
}

/** What is remembered between pages; kept in this page alone when the browser keeps nothing for it. */
export class Memory {
  about: About | undefined
  readonly #key: string | undefined
  #kept: Kept

  /** `session`: one that the page holds itself; then the browser remembers nothing. */
  constructor(base: string, bot: string, session?: Session | "") {
    this.#kept = { session } as Kept
    if (!session) this.#key = `branchline:${base.replace(/^\w+:\/\//, "")}${bot}`
  }

  /** Anything may have been written there: whoever takes it up looks whether it can be used. */
  get(): Kept {
    try {
      if (this.#key) return JSON.parse(localStorage.getItem(this.#key) || "{}") ?? {}
    } catch {}
    return this.#kept
  }

  set(kept: Kept): void {
    // a file cannot be kept as text; its visitor has to choose it again
    this.#kept = kept.session
      ? { ...kept, about: this.about ?? kept.about, pending: (kept.pending ?? []).filter(one => !one.file) }
      : {}
    if (this.#key)
      try {
        if (kept.session) localStorage.setItem(this.#key, json(this.#kept))
        else localStorage.removeItem(this.#key)
      } catch {}
  }

  /** Call back when another tab has changed what is remembered. */
  watch(changed: () => void, signal: AbortSignal): void {
    addEventListener("storage", event => event.key === this.#key && changed(), { signal })
  }
}
