/*
 * The bot file as JSON, as the server keeps it in a draft. A draft may be wrong or half done: whoever reads one goes
 * through read.ts, which takes anything.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** Keys and list positions from the root, such as ["nodes", "ask", "exit", "go_to"]. */
export type Path = readonly (string | number)[]
export type Point = readonly [x: number, y: number]

export interface Comparison {
  operand?: string
  operator?: string
  argument?: Json
}
export interface Condition extends Comparison {
  all?: Condition[]
  any?: Condition[]
}
export interface Case {
  when: Condition
  go_to: string
}
export interface Choice {
  label: string
  value?: string
  go_to?: string | null
  also?: string[]
}
export interface Capture {
  kind: string
  name: string
  label?: string
  choices?: Choice[]
  [more: string]: unknown
}

export interface SendMessage {
  do: "send_message"
  text: string
  typing?: string
}
export interface SendFile {
  do: "send_file"
  path: string
  text?: string
}
export interface SuggestReplies {
  do: "suggest_replies"
  replies: string[]
}
export interface Fulfill {
  do: "fulfill"
  endpoint: string
  waiting?: string
  failed?: string | null
  gives?: string[]
}
export interface CustomRequest {
  do: "custom_request"
  endpoint: string
  waiting?: string
  failed?: string | null
  method?: string
  path?: string
  query?: Record<string, string>
  body?: Json
  mapping?: Record<string, string>
}
export interface SetData {
  do: "set_data"
  name: string
  value: string
  label?: string
}
export interface ClearData {
  do: "clear_data"
  names: string[]
}
export interface Tag {
  do: "tag"
  tags: string[]
}
export interface OtherAction {
  do: string
  [more: string]: unknown
}
export type KnownAction = SendMessage | SendFile | SuggestReplies | Fulfill | CustomRequest | SetData | ClearData | Tag
export type Action = KnownAction | OtherAction

export interface GoTo {
  do: "go_to"
  node: string
}
export interface WaitForReply {
  do: "wait_for_reply"
  go_to: string
  capture?: Capture | null
  retry?: string
  tries?: number
  failed?: string | null
  no_reply?: { after: string; go_to: string } | null
}
export interface Route {
  do: "route"
  cases: Case[]
  otherwise: string
}
export interface End {
  do: "end"
}
export type Exit = GoTo | WaitForReply | Route | End | { do: string; [more: string]: unknown }

export interface Node {
  label?: string
  actions?: Action[]
  exit: Exit
}
export interface Endpoint {
  url: string
  headers?: Record<string, string>
  deadline?: string
  signing?: string[]
  safe_to_repeat?: boolean
  disabled?: boolean
}
export interface Word {
  words: string[]
  action?: string | null
  go_to?: string | null
}
export interface Note {
  text: string
  at: Point
  size?: Point
}
export interface Canvas {
  nodes?: Record<string, Point>
  notes?: Note[]
}
export interface Bot {
  branchline: number
  bot: string
  start: string
  nodes: Record<string, Node>
  name?: string
  locale?: string
  timezone?: string
  endpoints?: Record<string, Endpoint>
  words?: Word[]
  data?: Record<string, { label?: string; type?: string; from_page?: boolean }>
  inactivity?: { after: string; say?: string } | null
  hours?: { open: Record<string, string[]>; closed_on?: string[]; timezone?: string | null } | null
  canvas?: Canvas
  [more: string]: unknown
}
