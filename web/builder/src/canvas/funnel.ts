/* How far visitors got, shown on the canvas: what the server counted of one version, and which node is looked at. */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import type { EditorStore } from "../editing/store.ts"

export type Counts = components["schemas"]["Funnel"]
export type NodeCount = Counts["nodes"][number]
export type Path = Counts["paths"][number]

export const SPANS = { "": 0, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const
export type Span = keyof typeof SPANS
/** The beginning of a span is rounded to this, so that the same is asked for a while. */
const GRAIN_MS = 60_000

interface State {
  /** The bot whose canvas shows it; "" while none does. */
  bot: string
  version: number
  span: Span
  counts: Counts | null
  nodes: ReadonlyMap<string, NodeCount>
  /** How often each way was taken, by node, way and where it led. */
  ways: ReadonlyMap<string, number>
  failure: unknown
  /** The node under the pointer or with the focus. */
  over: string | null
}

const nothing: State = {
  bot: "",
  version: 0,
  span: "",
  counts: null,
  nodes: new Map(),
  ways: new Map(),
  failure: null,
  over: null,
}

export const funnel = createStore<State>(() => nothing)

export function useFunnel<T>(select: (state: State) => T): T {
  return useStore(funnel, select)
}

const key = (node: string, way: string, to: string) => `${node}\n${way}\n${to}`

/** Show it; the newest version when none is named. */
export async function open(bot: string, version = 0, span: Span = ""): Promise<void> {
  const begun = { ...nothing, bot, version, span }
  funnel.setState(begun)
  const asked = new URLSearchParams()
  if (version) asked.set("version", String(version))
  if (SPANS[span]) asked.set("from", String(Math.floor((Date.now() - SPANS[span]) / GRAIN_MS) * GRAIN_MS))
  const isStill = () => {
    const now = funnel.getState()
    return now.bot === bot && now.version === version && now.span === span
  }
  try {
    const counts = await call<Counts>("GET", `/bots/${encodeURIComponent(bot)}/funnel?${asked}`)
    if (!isStill()) return
    funnel.setState({
      counts,
      version: counts.version,
      nodes: new Map(counts.nodes.map(one => [one.node, one])),
      ways: new Map(counts.ways.map(one => [key(one.node, one.way, one.to), one.count])),
      failure: null,
    })
  } catch (failure) {
    if (isStill()) funnel.setState({ failure })
  }
}

export function close(): void {
  funnel.setState(nothing, true)
}

export function toggle(store: EditorStore): void {
  if (funnel.getState().bot) close()
  else {
    store.getState().set({ outline: false })
    void open(store.getState().bot)
  }
}

export interface Came {
  /** Of all counted interactions, from 0 to 1. */
  share: number
  came: number
  left: number
}
const NOBODY: Came = { share: 0, came: 0, left: 0 }
const kept = new WeakMap<NodeCount, Came>()

/** How many came to a node; null while the funnel is not shown. */
export function useCame(node: string): Came | null {
  return useFunnel(({ counts, nodes }) => {
    if (!counts?.read) return null
    const one = nodes.get(node)
    if (!one) return NOBODY
    const came = kept.get(one) ?? { share: one.interactions / counts.read, came: one.interactions, left: one.left }
    kept.set(one, came)
    return came
  })
}

/** Of those who were at a node, who took this way, from 0 to 1; null while the funnel is not shown. */
export function useWayShare(node: string, way: string, to: string): number | null {
  return useFunnel(({ nodes, ways, counts }) => {
    if (!counts?.read || !to) return null
    const entered = nodes.get(node)?.entered
    return entered ? (ways.get(key(node, way, to)) ?? 0) / entered : null
  })
}

/** How much of all that happened went along this way, from 0 to 1; null while the funnel is not shown. */
export function useWeight(node: string, way: string, to: string): number | null {
  return useFunnel(({ ways, counts }) =>
    counts?.read ? Math.min(1, (ways.get(key(node, way, to)) ?? 0) / counts.read) : null,
  )
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

const MOST = 5

/** The most common paths through a node. */
export function pathsThrough(counts: Counts, node: string): Path[] {
  return counts.paths.filter(path => path.nodes.includes(node)).slice(0, MOST)
}

const AROUND = 3

/** A path as it is told beside a node: what came shortly before and after; "" stands for what is left out. */
export function around(nodes: readonly string[], node: string): string[] {
  const at = nodes.indexOf(node)
  const from = Math.max(0, at - AROUND)
  const part = nodes.slice(from, at + AROUND + 1)
  return [...(from > 0 ? [""] : []), ...part, ...(at + AROUND + 1 < nodes.length ? [""] : [])]
}
