/** What the chat API sends (contract §5), and what the widget's parts say to each other. */

export interface Suggestion {
  label: string
  value: string
}

interface Numbered {
  number: number
  sent_at: string
}

export type Sender = "bot" | "customer" | "system" | "agent"

export interface MessageEntry extends Numbered {
  kind: "message"
  sender: Sender
  text: string
  /** Milliseconds that the bot pretends to type before it. */
  typing_ms?: number
  message_id?: string
}

export interface FileEntry extends Numbered {
  kind: "file"
  sender: Sender
  id: string
  name: string
  media_type: string
  /** Bytes. */
  size: number
  message_id?: string
}

export interface SuggestionsEntry extends Numbered {
  kind: "suggestions"
  suggestions: Suggestion[]
}

export interface EndedEntry extends Numbered {
  kind: "ended"
  by: string
}

export type Entry = MessageEntry | FileEntry | SuggestionsEntry | EndedEntry

/** The field to draw: the kind of the capture, and its limits. */
export interface Input {
  kind: string
  min?: number | string
  max?: number | string
  whole?: boolean
  choices?: Suggestion[]
  types?: string[]
  max_bytes?: number
}

export type Awaiting =
  | { kind: "nothing" }
  | { kind: "fulfillment" }
  | { kind: "reply"; input: Input; suggestions: Suggestion[] }

export interface Answer {
  entries: Entry[]
  awaiting: Awaiting
  /** The number of the last entry there is. */
  cursor: number
}

/** Which interaction this visitor is in. The token opens this one interaction and nothing else. */
export interface Session {
  uuid: string
  token: string
}

/** A piece of interaction data from the page. */
export interface Item {
  name: string
  data: string
  label?: string
}

/** A message on its way. Its id makes repeating it harmless. */
export interface Pending {
  id: string
  /** What is shown. */
  text: string
  /** What a chosen suggestion stands for. */
  value?: string
  file?: File
  state: "sending" | "failed"
  /** Why the server will not take it; absent when trying again may help. */
  refusal?: string | undefined
}

/** A field of the form before the chat. */
export interface Field {
  name: string
  label: string
  kind?: string
  required?: boolean
}

/** What a bot says about itself to everybody. */
export interface About {
  name?: string
  locale?: string
  /** Whether it is open now; null or absent when the bot keeps no hours. */
  open?: boolean | null
  accent?: string
  theme?: string
  position?: string
  greeting?: string
  /** Stands in the greeting's place while the bot is closed. */
  away?: string
  consent?: string
  privacy_url?: string
  fields?: Field[]
  files?: boolean
  rating?: boolean
}

export interface Options {
  bot: string
  /** Address of the server, with a slash at the end. */
  base: string
  accent?: string
  theme?: string
  locale?: string
  name?: string
  side?: string
  /** A conversation that is handed over, with its token. Nothing is remembered of it. */
  interaction?: string
  token?: string
  /** Where this widget lives. */
  root: ShadowRoot
  /** The button that opens it; without one, it fills its element. */
  launcher?: HTMLButtonElement | undefined
  emit(event: string, detail?: unknown): void
  load: Load
}

/** Load a module that stands beside the loader. */
export type Load = <T>(file: string) => Promise<T>

/** What the loader may ask of a running widget. */
export interface Controls {
  open(): void
  close(): void
  toggle(): void
  start(): Promise<void>
  /** Take up the conversation there is; false when there is none. */
  resume(): Promise<boolean>
  send(text: string): Promise<void>
  setData(items: Item[] | Record<string, string>): Promise<void>
  setSignedData(jws: string): Promise<void>
  end(): Promise<void>
  restart(): Promise<void>
  destroy(): void
}
