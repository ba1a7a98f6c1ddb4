/* A note on the canvas: for authors only. */
import { type NodeProps, NodeResizer } from "@xyflow/react"
import { X } from "lucide-react"
import { memo, useState } from "react"
import { removeNote, setNote } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useEditorStore } from "../editing/store.ts"
import type { NoteNode } from "./adapter.ts"

export const NoteCard = memo(function NoteCard({ data: { note, index }, selected }: NodeProps<NoteNode>) {
  const store = useEditorStore()
  const [editing, setEditing] = useState(note.text === "")
  const make = (change: Parameters<typeof setNote>[2]) =>
    store.getState().make(setNote(store.getState().history.bot, index, change))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes are listed in the outline, where they have a field
    <div className="note-card" onDoubleClick={() => setEditing(true)}>
      <NodeResizer
        isVisible={selected}
        minWidth={120}
        minHeight={60}
        onResizeEnd={(_, { width, height, x, y }) =>
          make({ size: [Math.round(width), Math.round(height)], at: [Math.round(x), Math.round(y)] })
        }
      />
      {editing ? (
        <textarea
          className="nodrag"
          aria-label={t("note.text")}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to edit it
          autoFocus
          defaultValue={note.text}
          maxLength={2_000}
          onBlur={event => {
            setEditing(false)
            if (event.currentTarget.value !== note.text) make({ text: event.currentTarget.value })
          }}
          onKeyDown={event => {
            event.stopPropagation()
            if (event.key === "Escape") event.currentTarget.blur()
          }}
        />
      ) : (
        <p>{note.text || <span className="dim">{t("note.empty")}</span>}</p>
      )}
      {selected && (
        <button
          type="button"
          className="plain note-remove nodrag"
          aria-label={t("note.remove")}
          onClick={() => store.getState().make(removeNote(store.getState().history.bot, index))}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  )
})
