/* Fields of several: words, lines, pairs of a name and a text. */
import { ActionIcon, TagsInput, TextInput } from "@mantine/core"
import { X } from "lucide-react"
import { useEffect, useMemo, useState } from "react"
import { isMapping, knownData, lines, list, text } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useEditor } from "../editing/store.ts"
import { AddButton, common, type FieldProps, Group, moved, Order } from "./field.tsx"

/** Short texts in a row, each a pill. */
export function ListField({
  names,
  most,
  ...props
}: FieldProps<string[]> & { names?: boolean; most?: number | undefined }) {
  const data = useEditor(editor => (names ? knownData(editor.history.bot) : null))
  const known = useMemo(() => data?.map(each => each.name) ?? [], [data])
  return (
    <TagsInput
      {...common(props as FieldProps<never>)}
      data={known}
      value={list<unknown>(props.value).map(text)}
      {...(most ? { maxTags: most } : {})}
      acceptValueOnBlur
      onChange={value => props.change(value.length || props.required ? value : undefined)}
    />
  )
}

/** Texts below each other, in an order: buttons. Lines that are pasted become one each. */
export function LinesField({ most = 100, ...props }: FieldProps<string[]> & { most?: number | undefined }) {
  const values = list<unknown>(props.value).map(text)
  const set = (next: string[]) => props.change(next.slice(0, most))
  return (
    <Group label={props.label} help={props.help} error={props.error} pointer={props.pointer}>
      {values.map((value, index) => (
        <div key={index} className="row">
          <TextInput
            className="grow"
            aria-label={`${props.label} ${index + 1}`}
            value={value}
            disabled={props.disabled ?? false}
            onChange={event => set(values.with(index, event.currentTarget.value))}
            onPaste={event => {
              const found = lines(event.clipboardData.getData("text/plain"), most)
              if (found.length < 2) return
              event.preventDefault()
              // what is marked whole is replaced, as by any paste
              const { selectionStart, selectionEnd } = event.currentTarget
              const whole = selectionEnd! - selectionStart! === value.length
              set([...values.slice(0, index), ...(whole ? [] : [value]), ...found, ...values.slice(index + 1)])
            }}
          />
          <Order
            index={index}
            count={values.length}
            move={to => set(moved(values, index, to))}
            remove={() => set(values.toSpliced(index, 1))}
            disabled={props.disabled}
          />
        </div>
      ))}
      <AddButton disabled={props.disabled} onClick={() => set([...values, ""])} />
    </Group>
  )
}

/** Names and texts: headers, parameters, mappings. A row without a name is kept here until it has one. */
export function PairsField({
  keyLabel,
  valueLabel,
  ...props
}: FieldProps<Record<string, string>> & { keyLabel?: string; valueLabel?: string }) {
  const [rows, setRows] = useState(() => pairsOf(props.value))
  useEffect(() => {
    setRows(before => (sameText(toMapping(before), props.value) ? before : pairsOf(props.value)))
  }, [props.value])
  const set = (next: [string, string][]) => {
    setRows(next)
    const mapping = toMapping(next)
    props.change(Object.keys(mapping).length ? mapping : undefined)
  }
  return (
    <Group label={props.label} help={props.help} error={props.error} pointer={props.pointer}>
      {rows.map(([key, value], index) => (
        <div key={index} className="row pair">
          <TextInput
            className="mono-field"
            aria-label={`${keyLabel ?? t("field.name")} ${index + 1}`}
            placeholder={keyLabel ?? t("field.name")}
            spellCheck={false}
            value={key}
            disabled={props.disabled ?? false}
            onChange={event => set(rows.with(index, [event.currentTarget.value, value]))}
          />
          <TextInput
            className="grow mono-field"
            aria-label={`${valueLabel ?? t("field.value")} ${index + 1}`}
            placeholder={valueLabel ?? t("field.value")}
            spellCheck={false}
            value={value}
            disabled={props.disabled ?? false}
            onChange={event => set(rows.with(index, [key, event.currentTarget.value]))}
          />
          {!props.disabled && (
            <ActionIcon
              variant="subtle"
              size={26}
              aria-label={t("field.remove")}
              onClick={() => set(rows.toSpliced(index, 1))}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      <AddButton disabled={props.disabled} onClick={() => setRows([...rows, ["", ""]])} />
    </Group>
  )
}

const pairsOf = (value: unknown): [string, string][] =>
  Object.entries(isMapping(value) ? value : {}).map(([key, each]) => [key, text(each)])
const toMapping = (rows: readonly [string, string][]) => Object.fromEntries(rows.filter(([key]) => key !== ""))
const sameText = (a: unknown, b: unknown) => JSON.stringify(a ?? {}) === JSON.stringify(b ?? {})
