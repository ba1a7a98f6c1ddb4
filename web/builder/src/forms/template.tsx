/* A text that may insert data. */
import { Textarea } from "@mantine/core"
import { useId, useRef, useState } from "react"
import { knownData, openInsert, text, titleOf } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { type EditorStore, useEditor, useEditorStore } from "../editing/store.ts"
import { common, type FieldProps } from "./field.tsx"

const MOST_NAMED = 3

function titles(store: EditorStore, nodes: readonly string[]): string {
  const named = nodes.slice(0, MOST_NAMED).map(node => titleOf(store.getState().history.bot, node))
  return [...named, ...(nodes.length > MOST_NAMED ? ["…"] : [])].join(", ")
}

/** A text that may insert data: `{{` lists what is known. */
export function TemplateField({ rows = 2, ...props }: FieldProps<string> & { rows?: number }) {
  const store = useEditorStore()
  const ref = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const [open, setOpen] = useState<{ from: number; typed: string } | null>(null)
  const data = useEditor(editor => (open ? knownData(editor.history.bot) : null))
  const [at, setAt] = useState(0)
  const value = text(props.value)
  const known = data ? [...data.map(each => each.name), "reply"] : []
  const found = open ? known.filter(name => name.toLowerCase().includes(open.typed.toLowerCase())).slice(0, 8) : []
  const look = () => {
    const element = ref.current
    if (element) setOpen(openInsert(element.value, element.selectionStart))
    setAt(0)
  }
  const insert = (name: string | undefined) => {
    const element = ref.current
    if (!open || !element || name === undefined) return
    const after = element.value.slice(element.selectionStart).replace(/^\s*\}\}/, "")
    const start = `${element.value.slice(0, open.from)}{{ ${name} }}`
    props.change(start + after)
    setOpen(null)
    requestAnimationFrame(() => {
      element.focus()
      element.setSelectionRange(start.length, start.length)
    })
  }
  const listed = found.length > 0
  return (
    <div className="template-field">
      <Textarea
        {...common(props as FieldProps<never>)}
        ref={ref}
        autosize={false}
        rows={Math.min(12, Math.max(rows, value.split("\n").length + Math.floor(value.length / 60)))}
        value={value}
        role={listed ? "combobox" : undefined}
        aria-expanded={listed || undefined}
        aria-controls={listed ? id : undefined}
        aria-activedescendant={listed ? `${id}-${at}` : undefined}
        onChange={event => {
          props.change(event.currentTarget.value || (props.required ? "" : undefined))
          look()
        }}
        onKeyUp={event => (event.key === "ArrowLeft" || event.key === "ArrowRight") && look()}
        onBlur={() => setOpen(null)}
        onKeyDown={event => {
          if (!listed) return
          if (event.key === "ArrowDown") setAt((at + 1) % found.length)
          else if (event.key === "ArrowUp") setAt((at + found.length - 1) % found.length)
          else if (event.key === "Enter" || event.key === "Tab") insert(found[at])
          else if (event.key === "Escape") setOpen(null)
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      {listed && (
        <div className="suggestions" id={id} role="listbox" aria-label={t("field.known_data")}>
          {found.map((name, index) => {
            const where = data?.find(each => each.name === name)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the field above
              <div
                key={name}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                className="suggestion"
                onMouseDown={event => event.preventDefault()}
                onClick={() => insert(name)}
              >
                <code>{name}</code>
                <span className="dim small">
                  {where ? t(`data.from.${where.from}`, { node: titles(store, where.setIn) }) : t("data.from.reply")}
                </span>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}
