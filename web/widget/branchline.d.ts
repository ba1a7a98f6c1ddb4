/** Types of Branchline's chat on a page. Served at /w/branchline.d.ts; what it all means: docs/howto/widget.md. */

export interface BranchlineItem {
  name: string
  data: string
  label?: string
}

/** What each event tells. */
export interface BranchlineEvents {
  /** The panel was opened. */
  open: undefined
  /** The panel was closed. */
  close: undefined
  /** The form before the chat is shown, or was filled in. */
  form: { shown: boolean }
  /** A conversation began. */
  start: { uuid: string }
  /** A conversation of this visitor is taken up again: after a reload, on another page. `ended`: it is over already. */
  resume: { uuid: string; ended: boolean }
  /** Something was said. */
  message: { sender: "bot" | "customer" | "system" | "agent"; text: string }
  /** Messages that nobody has seen yet. */
  unread: { count: number }
  /** The conversation ended: by the bot, the visitor, or because nobody wrote any more. */
  end: { by: string }
  /** The visitor rated it, 1 to 5. */
  rate: { rating: number }
  /** The server no longer knows the conversation; a new one begins. */
  over: undefined
  /** The server said no. `status`: of HTTP, 0 when it could not be asked. `starting`: no conversation could begin. */
  error: { status: number; detail: string; starting?: boolean }
  /** The chat is taken off the page. The last event. */
  destroy: undefined
}

/** A chat on the page: an element with methods, on which its events happen. */
export interface BranchlineChat extends HTMLElement {
  open(): Promise<void>
  close(): Promise<void>
  toggle(): Promise<void>
  /** Begin a conversation, or take up the one there is, without opening the panel. */
  start(): Promise<void>
  /** Take up the conversation there is; false when there is none. */
  resume(): Promise<boolean>
  /** Write for the visitor. */
  send(text: string): Promise<void>
  setData(data: Record<string, string> | BranchlineItem[]): Promise<void>
  /** A compact ES256 JWS over a list of items (docs/howto/page-data.md). */
  setSignedData(jws: string): Promise<void>
  end(): Promise<void>
  /** End the conversation and begin a new one. */
  restart(): Promise<void>
  /** Take the chat off the page. The conversation stays and can be taken up again. */
  destroy(): Promise<void>
  /** Listen to an event; gives the way to stop. */
  on<Name extends keyof BranchlineEvents>(event: Name, listener: (detail: BranchlineEvents[Name]) => void): () => void
  on(event: "*", listener: (all: { event: keyof BranchlineEvents; detail: unknown }) => void): () => void
  push(...calls: BranchlineCall[]): void
}

export type BranchlineCall = [name: string, ...given: unknown[]] | ((chat: BranchlineChat) => void)

declare global {
  interface Window {
    /** The page's first chat; before its script has run, a list of calls that wait for it. */
    Branchline?: BranchlineChat | BranchlineCall[]
  }
  interface HTMLElementTagNameMap {
    "branchline-chat": BranchlineChat
  }
}
