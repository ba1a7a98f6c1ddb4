/* The chat on the draft that is tried. A click on what the bot said leads to the node that said it. */
import { has } from "../../../document/index.ts"
import { useEditorStore } from "../editing/store.ts"
import { TryChat } from "./TryChat.tsx"
import { look, trial, useTrial } from "./trial.ts"

export function Chat({ again }: { again: () => void }) {
  const store = useEditorStore()
  const { bot, uuid, token, shown } = useTrial(state => state)
  const clicked = (number: number) => {
    const spoken = trial.getState().view?.turns.flatMap(turn => turn.spoken)
    const node = spoken?.find(each => each.number === number)?.node
    if (!node || !has(store.getState().history.bot, node)) return
    store.getState().select({ nodes: [node] })
    store.getState().show([node])
  }
  return (
    <TryChat
      {...{ bot, uuid, token, shown, again, clicked }}
      said={saidSoFar}
      heard={() => void look().catch(() => {})}
    />
  )
}

/** What was written in the try, the newest first, each once. */
function saidSoFar(): string[] {
  const turns = trial.getState().view?.turns ?? []
  return [...new Set(turns.flatMap(turn => (turn.event === "said" && turn.said ? [turn.said] : [])).reverse())]
}
