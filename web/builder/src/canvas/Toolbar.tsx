/* The bar at the foot of the canvas. */
import { useStore } from "@xyflow/react"
import { Maximize, Minus, Plus, StickyNote, WandSparkles, Waypoints } from "lucide-react"
import type { MouseEvent } from "react"
import { addNote } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { tidyUp } from "../commands/all.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { toggle, useFunnel } from "./funnel.ts"

export function Toolbar() {
  const store = useEditorStore()
  const percent = useStore(state => Math.round(state.transform[2] * 100))
  const shown = useFunnel(state => state.bot !== "")
  const mayCount = useEditor(editor => editor.mayCount)
  const view = () => store.getState().view
  const ask = (event: MouseEvent<HTMLButtonElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    store.getState().set({ asked: { at: [left, top - 8], place: view()?.middle() ?? [0, 0] } })
  }
  return (
    <div className="toolbar" role="toolbar" aria-label={t("toolbar.name")}>
      <IconButton icon={Plus} label={t("command.add_node")} keys="N" size={34} onClick={ask} />
      <IconButton
        icon={StickyNote}
        label={t("command.add_note")}
        size={34}
        onClick={() => {
          const edit = addNote(store.getState().history.bot, view()?.middle() ?? [0, 0])
          store.getState().make(edit, { select: { nodes: [], note: edit.index } })
        }}
      />
      <IconButton
        icon={WandSparkles}
        label={t("command.tidy")}
        keys="Shift Alt T"
        size={34}
        onClick={() => tidyUp(store)}
      />
      {mayCount && (
        <IconButton
          icon={Waypoints}
          label={t("top.funnel")}
          keys="H"
          size={34}
          aria-pressed={shown}
          variant={shown ? "light" : "subtle"}
          onClick={() => toggle(store)}
        />
      )}
      <span className="rule" />
      <IconButton icon={Minus} label={t("command.zoom_out")} size={34} onClick={() => view()?.zoom(1 / 1.25)} />
      <span className="percent">{percent} %</span>
      <IconButton icon={Plus} label={t("command.zoom_in")} size={34} onClick={() => view()?.zoom(1.25)} />
      <IconButton icon={Maximize} label={t("command.fit")} keys="Shift 1" size={34} onClick={() => view()?.fit()} />
    </div>
  )
}
