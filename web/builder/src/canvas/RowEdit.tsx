/* A row of a card, changed in place: Enter keeps it, Escape leaves it as it was, Tab goes to the next row. */
import { useEffect, useRef } from "react"
import { actionsOf, nodeOf, type RowOf, rowText, setRowText } from "../../../document/index.ts"
import { type EditorStore, useEditorStore } from "../editing/store.ts"

/** Change a row in place; what has no text of its own opens in the panel. */
export function editRow(store: EditorStore, node: string, row: RowOf): void {
  const { history, readOnly, select, show, set } = store.getState()
  if (readOnly) return
  if (rowText(history.bot, node, row) !== undefined) set({ typing: { node, row } })
  else {
    select({ nodes: [node], row }, "node")
    show([node], true)
  }
}

export function RowEdit({ node, row, label }: { node: string; row: RowOf; label: string }) {
  const store = useEditorStore()
  const before = useRef(rowText(store.getState().history.bot, node, row) ?? "").current
  const left = useRef(false)
  const leave = (words: string | undefined, next?: RowOf) => {
    if (left.current) return
    left.current = true
    const { history, make, set } = store.getState()
    if (words !== undefined && words !== before) make(setRowText(history.bot, node, row, words))
    set({ typing: next === undefined ? null : { node, row: next } })
  }
  // a card that is scrolled out of view is taken away with what is typed in it
  const typed = useRef(before)
  const gone = useRef(leave)
  gone.current = leave
  useEffect(() => () => gone.current(typed.current), [])
  return (
    <textarea
      className="row-edit nodrag nowheel"
      aria-label={label}
      rows={Math.min(10, Math.max(3, before.split("\n").length + 1, Math.ceil(before.length / 34)))}
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to edit it
      autoFocus
      defaultValue={before}
      onFocus={event => event.currentTarget.select()}
      onPointerDown={event => event.stopPropagation()}
      onChange={event => {
        typed.current = event.currentTarget.value
      }}
      onBlur={event => leave(event.currentTarget.value)}
      onKeyDown={event => {
        event.stopPropagation()
        const { value } = event.currentTarget
        if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
          event.preventDefault()
          leave(value)
        } else if (event.key === "Escape") leave(undefined)
        else if (event.key === "Tab") {
          const next = beside(store, node, row, event.shiftKey ? -1 : 1)
          if (next !== undefined) event.preventDefault()
          leave(value, next)
        }
      }}
    />
  )
}

/** The next row of the node that can be changed in place, or the one before. */
function beside(store: EditorStore, node: string, row: RowOf, step: 1 | -1): RowOf | undefined {
  const { bot } = store.getState().history
  const rows: RowOf[] = [...actionsOf(nodeOf(bot, node)).keys(), "exit"]
  for (let at = rows.indexOf(row) + step; at >= 0 && at < rows.length; at += step)
    if (rowText(bot, node, rows[at]!) !== undefined) return rows[at]
  return undefined
}
