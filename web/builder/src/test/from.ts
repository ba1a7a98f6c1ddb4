import type { EditorStore } from "../editing/store.ts"
import { attempt } from "./attempt.ts"
import { begin, lastStart, trial } from "./trial.ts"

/** Test the draft from a node on, with the data of the last time. */
export function testFrom(store: EditorStore, node: string): void {
  const { bot, saving, set } = store.getState()
  const start = { ...lastStart(bot), node }
  trial.setState({ bot, start })
  set({ panel: "test", panelOpen: true })
  if (saving.state === "saved") void attempt(begin(bot, start))
}
