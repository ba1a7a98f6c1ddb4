/* The try that is going on: what the server tells of it, and how it was begun. One at a time. */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { isMapping, list, text } from "../../../document/read.ts"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { keepValues, read, write } from "./remembered.ts"

export type View = components["schemas"]["View"]
export type Told = components["schemas"]["Told"]
export type AnswerMode = Partial<components["schemas"]["AnswerMode"]>
export type Answers = Record<string, AnswerMode>

export interface Item {
  name: string
  data: string
}

/** How a try begins; the last one is remembered for the next. */
export interface Start {
  node: string
  data: Item[]
  answers: Answers
}

export interface Trial {
  bot: string
  start: Start
  uuid: string
  token: string
  /** Grows when the chat has to be drawn anew: after a step back. */
  shown: number
  view: View | null
}

interface State extends Trial {
  set(change: Partial<Trial>): void
}

const nothing: Trial = {
  bot: "",
  start: { node: "", data: [], answers: {} },
  uuid: "",
  token: "",
  shown: 0,
  view: null,
}

export const trial = createStore<State>(set => ({ ...nothing, set }))

export function useTrial<T>(select: (state: State) => T): T {
  return useStore(trial, select)
}

/** Whether a node was walked in the try: null while there is none. */
export function useWalked(node: string): boolean | null {
  return useTrial(({ view }) => (view ? view.nodes.includes(node) : null))
}

export function useTaken(pointer: string): boolean {
  return useTrial(({ view }) => view?.ways.includes(pointer) ?? false)
}

const path = (uuid: string) => `/tries/${encodeURIComponent(uuid)}`

/** How the last test of a bot began, in this page or before it. */
export function lastStart(bot: string): Start {
  const { bot: current, start } = trial.getState()
  if (current === bot) return start
  const kept = read(`test.${bot}`)
  const items = list<unknown>(isMapping(kept) ? kept.data : []).filter(isMapping)
  return {
    node: "",
    data: items.map(item => ({ name: text(item.name), data: text(item.data) })),
    answers: isMapping(kept) && isMapping(kept.answers) ? (kept.answers as Answers) : {},
  }
}

export async function begin(bot: string, start: Start): Promise<void> {
  write(`test.${bot}`, { data: start.data, answers: start.answers })
  const begun = await call<components["schemas"]["Begun"]>("POST", `/bots/${encodeURIComponent(bot)}/tries`, {
    body: start,
  })
  const { shown } = trial.getState()
  trial.setState({ bot, start, uuid: begun.uuid, token: begun.token, shown: shown + 1, view: null })
  await look()
}

let again: ReturnType<typeof setTimeout> | undefined
const SOON_MS = 400

/** Ask how the try stands, and once more while an endpoint is being asked. */
export async function look(): Promise<void> {
  const { uuid } = trial.getState()
  if (!uuid) return
  clearTimeout(again)
  const view = await call<View>("GET", path(uuid))
  if (trial.getState().uuid !== uuid) return
  seen(view)
  if (view.awaiting === "fulfillment") again = setTimeout(() => void look().catch(() => {}), SOON_MS)
}

/** Show how it stands; what the data is now is remembered. */
function seen(view: View, change: Partial<Trial> = {}): void {
  trial.setState({ view, ...change })
  keepValues(trial.getState().bot, view.data)
}

export async function back(turn?: number): Promise<void> {
  const { uuid, shown } = trial.getState()
  const view = await call<View>("POST", `${path(uuid)}/back`, { body: turn === undefined ? {} : { turn } })
  seen(view, { shown: shown + 1 })
}

export async function letPass(): Promise<void> {
  seen(await call<View>("POST", `${path(trial.getState().uuid)}/pass`, { body: {} }))
}

export async function give(data: Item[]): Promise<void> {
  seen(await call<View>("POST", `${path(trial.getState().uuid)}/data`, { body: { data } }))
}

export async function answer(answers: Answers): Promise<void> {
  const { uuid, start } = trial.getState()
  trial.setState({ start: { ...start, answers } })
  if (uuid) trial.setState({ view: await call<View>("PUT", `${path(uuid)}/answers`, { body: { answers } }) })
}

export async function keep(name: string, replace: boolean): Promise<void> {
  await call("POST", `${path(trial.getState().uuid)}/walk`, { body: { name, replace } })
}

export function stop(): void {
  clearTimeout(again)
  trial.setState({ uuid: "", token: "", view: null })
}
