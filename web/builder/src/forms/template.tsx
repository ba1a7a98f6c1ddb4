/* A text that may insert data: what is inserted is marked in it, and `{{` lists what is known. */
import { Input } from "@mantine/core"
import { useEffect, useId, useMemo, useRef, useState } from "react"
import { useStore } from "zustand"
import { insertMarks, type Known, knownData, openInsert, text, titleOf } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { type EditorStore, useEditor, useEditorStore } from "../editing/store.ts"
import { recallValues, values } from "../test/remembered.ts"
import type { FieldProps } from "./field.tsx"

const MOST_SHOWN = 8
const MOST_NAMED = 3
const TALLEST = 14
const LETTERS_A_LINE = 46

function titles(store: EditorStore, nodes: readonly string[]): string {
  const named = nodes.slice(0, MOST_NAMED).map(node => titleOf(store.getState().history.bot, node))
  return [...named, ...(nodes.length > MOST_NAMED ? ["…"] : [])].join(", ")
}

export function TemplateField({ rows = 2, ...props }: FieldProps<string> & { rows?: number }) {
  const ref = useRef<HTMLTextAreaElement>(null)
  const under = useRef<HTMLDivElement>(null)
  const id = useId()
  const [open, setOpen] = useState<{ from: number; typed: string } | null>(null)
  const [at, setAt] = useState(0)
  const value = text(props.value)
  // a field without inserts is not drawn anew with every edit elsewhere
  const bot = useEditor(editor => (open || value.includes("{{") ? editor.history.bot : null))
  const known = useMemo(() => (bot ? knownData(bot) : []), [bot])
  const names = useMemo(() => [...known.map(each => each.name), "reply"], [known])
  const found = open
    ? names.filter(name => name.toLowerCase().includes(open.typed.toLowerCase())).slice(0, MOST_SHOWN)
    : []
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
  useEffect(() => {
    if (ref.current && under.current) lieUnder(under.current, ref.current)
  }, [])
  const listed = found.length > 0
  const lines = value.split("\n").reduce((sum, line) => sum + Math.ceil((line.length + 1) / LETTERS_A_LINE), 0)
  return (
    <Input.Wrapper
      className="template-field"
      id={`${id}-field`}
      label={props.label}
      description={props.help || undefined}
      error={props.error}
    >
      <div className="marked">
        <div ref={under} className="marked-under" aria-hidden="true">
          {insertMarks(value, names).map((mark, index) =>
            mark.kind === "text" ? (
              <span key={index}>{mark.text}</span>
            ) : (
              <mark key={index} className={mark.kind}>
                {mark.text}
              </mark>
            ),
          )}
        </div>
        <Input
          component="textarea"
          multiline
          id={`${id}-field`}
          ref={ref as never}
          rows={Math.min(TALLEST, Math.max(rows, lines))}
          value={value}
          error={props.error}
          disabled={props.disabled ?? false}
          placeholder={props.placeholder ?? ""}
          data-pointer={props.pointer}
          role={listed ? "combobox" : undefined}
          aria-expanded={listed || undefined}
          aria-controls={listed ? id : undefined}
          aria-activedescendant={listed ? `${id}-${at}` : undefined}
          onScroll={event => {
            if (under.current) under.current.scrollTop = event.currentTarget.scrollTop
          }}
          onChange={event => {
            const { value: typed } = event.currentTarget
            props.change(typed || (props.required ? "" : undefined))
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
        {listed && <Suggestions {...{ id, at, known, found, insert }} />}
      </div>
    </Input.Wrapper>
  )
}

interface Listed {
  id: string
  at: number
  known: readonly Known[]
  found: readonly string[]
  insert: (name: string) => void
}

/** Each with the place where it is set, and what it was last in a test. */
function Suggestions({ id, at, known, found, insert }: Listed) {
  const store = useEditorStore()
  const name = useEditor(editor => editor.bot)
  useEffect(() => recallValues(name), [name])
  const last = useStore(values, kept => (kept.bot === name ? kept.of : undefined))
  return (
    <div className="suggestions" id={id} role="listbox" aria-label={t("field.known_data")}>
      {found.map((each, index) => {
        const where = known.find(one => one.name === each)
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the field above
          <div
            key={each}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="suggestion"
            onMouseDown={event => event.preventDefault()}
            onClick={() => insert(each)}
          >
            <code>{each}</code>
            {last?.[each] !== undefined && <span className="suggestion-value">{last[each] || "“”"}</span>}
            <span className="dim small suggestion-from">
              {where ? t(`data.from.${where.from}`, { node: titles(store, where.setIn) }) : t("data.from.reply")}
            </span>
          </div>
        )
      })}
    </div>
  )
}

/** Lay the marks exactly below the letters of the field. */
function lieUnder(under: HTMLElement, field: HTMLElement): void {
  const {
    paddingTop,
    paddingRight,
    paddingBottom,
    paddingLeft,
    fontFamily,
    fontSize,
    fontWeight,
    lineHeight,
    letterSpacing,
  } = getComputedStyle(field)
  Object.assign(under.style, {
    paddingTop,
    paddingRight,
    paddingBottom,
    paddingLeft,
    fontFamily,
    fontSize,
    fontWeight,
    lineHeight,
    letterSpacing,
  })
}
