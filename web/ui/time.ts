/* Times for people, in the viewer's zone. */
import { useSyncExternalStore } from "react"

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" })
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
]

export function ago(at: number, now = Date.now()): string {
  const gone = at - now
  for (const [unit, ms] of UNITS) if (Math.abs(gone) >= ms) return relative.format(Math.round(gone / ms), unit)
  return "just now"
}

export function exact(at: number): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" })
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
}

const TICK_MS = 20_000
const heard = new Set<() => void>()
let clockTime = Date.now()
let ticking: ReturnType<typeof setInterval> | undefined

function tick() {
  clockTime = Date.now()
  for (const hear of heard) hear()
}

function listen(hear: () => void): () => void {
  heard.add(hear)
  ticking ??= setInterval(tick, TICK_MS)
  return () => {
    heard.delete(hear)
    if (heard.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** The time of now, which moves on by itself: one clock for all that is shown relative to it. */
export function useNow(): number {
  useSyncExternalStore(listen, () => clockTime)
  return Date.now()
}
