/* What a field is edited with. Each takes a value of any shape: a draft may hold anything. */
import {
  ActionIcon,
  Autocomplete,
  Button,
  NumberInput,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core"
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react"
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react"
import {
  endpointsOf,
  has,
  isMapping,
  knownData,
  lines,
  list,
  openInsert,
  text,
  titleOf,
} from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { targetsOf } from "../commands/all.ts"
import { useBot } from "../editing/store.ts"

export interface FieldProps<T = unknown> {
  label: string
  help?: string
  value: unknown
  change: (value: T | undefined) => void
  error?: string | undefined
  required?: boolean
  disabled?: boolean
  /** The pointer of what it edits, so that an issue finds its field. */
  pointer?: string
  placeholder?: string
}

/** What all inputs of the kit take. */
function common({ label, help, error, disabled, pointer, placeholder }: FieldProps<never>) {
  return {
    label,
    ...(help ? { description: help } : {}),
    ...(error ? { error } : {}),
    ...(disabled ? { disabled } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(pointer ? { "data-pointer": pointer } : {}),
  }
}

export function TextField({ mono, ...props }: FieldProps<string> & { mono?: boolean }) {
  return (
    <TextInput
      {...common(props as FieldProps<never>)}
      className={mono ? "mono-field" : ""}
      spellCheck={!mono}
      value={text(props.value)}
      onChange={event => props.change(event.currentTarget.value || (props.required ? "" : undefined))}
    />
  )
}

/** A text that may insert data: `{{` lists what is known. */
export function TemplateField({ rows = 2, ...props }: FieldProps<string> & { rows?: number }) {
  const bot = useBot()
  const ref = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const [open, setOpen] = useState<{ from: number; typed: string } | null>(null)
  const [at, setAt] = useState(0)
  const value = text(props.value)
  const known = useMemo(() => (open ? [...knownData(bot).map(each => each.name), "reply"] : []), [bot, open])
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
            const where = knownData(bot).find(each => each.name === name)
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
                  {where
                    ? t(`data.from.${where.from}`, { node: where.setIn.map(node => titleOf(bot, node)).join(", ") })
                    : t("data.from.reply")}
                </span>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}

export function NumberField({
  min,
  max,
  whole,
  ...props
}: FieldProps<number> & { min?: number | undefined; max?: number | undefined; whole?: boolean }) {
  return (
    <NumberInput
      {...common(props as FieldProps<never>)}
      value={typeof props.value === "number" ? props.value : ""}
      onChange={value => props.change(typeof value === "number" ? value : undefined)}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      allowDecimal={!whole}
      clampBehavior="blur"
    />
  )
}

const UNITS = ["ms", "s", "min", "h", "d"] as const

export function DurationField(props: FieldProps<string>) {
  const [, amount = "", unit = "s"] = /^\s*(\d*)\s*(ms|s|min|h|d)?\s*$/.exec(text(props.value)) ?? []
  const set = (number: string, chosen: string) => props.change(number ? `${number} ${chosen}` : undefined)
  return (
    <div className="duration">
      <NumberInput
        {...common(props as FieldProps<never>)}
        value={amount === "" ? "" : Number(amount)}
        min={1}
        max={999_999}
        allowDecimal={false}
        onChange={value => set(String(value), unit)}
      />
      <Select
        aria-label={t("field.unit", { label: props.label })}
        data={UNITS.map(each => ({ value: each, label: t(`unit.${each}`) }))}
        value={unit}
        allowDeselect={false}
        disabled={props.disabled ?? false}
        onChange={chosen => set(amount || "1", chosen ?? "s")}
      />
    </div>
  )
}

export function SwitchField(props: FieldProps<boolean>) {
  return (
    <Switch
      {...common(props as FieldProps<never>)}
      checked={props.value === true}
      onChange={event => props.change(event.currentTarget.checked)}
    />
  )
}

export function SelectField({
  options,
  ...props
}: FieldProps<string> & { options: readonly { value: string; label: string }[] }) {
  return (
    <Select
      {...common(props as FieldProps<never>)}
      data={[...options]}
      value={text(props.value) || null}
      allowDeselect={!props.required}
      clearable={!props.required}
      clearButtonProps={{ "aria-label": t("field.clear", { label: props.label }) }}
      searchable={options.length > 8}
      onChange={value => props.change(value ?? undefined)}
    />
  )
}

const MOST_SHOWN = 100

/** Where a way leads: a node by its title, or nowhere. */
export function NodeField(props: FieldProps<string> & { open?: string }) {
  const bot = useBot()
  const value = text(props.value)
  const options = useMemo(() => targetsOf(bot), [bot])
  const missing = value !== "" && !has(bot, value)
  return (
    <Select
      {...common({ ...props, error: missing ? t("way.missing", { node: value }) : props.error } as FieldProps<never>)}
      data={missing ? [...options, { value, label: t("way.missing", { node: value }) }] : options}
      value={value || null}
      placeholder={props.open ?? t("way.open")}
      searchable
      clearable
      limit={MOST_SHOWN}
      nothingFoundMessage={t("field.no_node")}
      clearButtonProps={{ "aria-label": t("menu.disconnect") }}
      onChange={chosen => props.change(chosen ?? (props.required ? "" : undefined))}
    />
  )
}

export function EndpointField({ add, ...props }: FieldProps<string> & { add?: () => void }) {
  const bot = useBot()
  const names = Object.keys(endpointsOf(bot))
  const value = text(props.value)
  return (
    <div className="with-button">
      <Select
        {...common(props as FieldProps<never>)}
        data={names.includes(value) || !value ? names : [...names, value]}
        value={value || null}
        placeholder={names.length ? t("field.choose_endpoint") : t("field.no_endpoint")}
        allowDeselect={false}
        onChange={chosen => props.change(chosen ?? "")}
      />
      {add && (
        <Button variant="default" onClick={add}>
          {names.length ? t("field.endpoints") : t("field.new_endpoint")}
        </Button>
      )}
    </div>
  )
}

/** A name of data: known ones are offered, any may be typed. */
export function DataField(props: FieldProps<string>) {
  const bot = useBot()
  const names = useMemo(() => knownData(bot).map(each => each.name), [bot])
  return (
    <Autocomplete
      {...common(props as FieldProps<never>)}
      className="mono-field"
      spellCheck={false}
      data={names}
      limit={20}
      value={text(props.value)}
      onChange={value => props.change(value)}
    />
  )
}

/** Short texts in a row, each a pill. */
export function ListField({
  names,
  most,
  ...props
}: FieldProps<string[]> & { names?: boolean; most?: number | undefined }) {
  const bot = useBot()
  const known = useMemo(() => (names ? knownData(bot).map(each => each.name) : []), [bot, names])
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
              set([...values.slice(0, index), ...(value ? [value] : []), ...found, ...values.slice(index + 1)])
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

export function moved<T>(values: readonly T[], from: number, to: number): T[] {
  const next = [...values]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

export function Order({
  index,
  count,
  move,
  remove,
  disabled,
}: {
  index: number
  count: number
  move: (to: number) => void
  remove: () => void
  disabled?: boolean | undefined
}) {
  if (disabled) return null
  return (
    <span className="row order">
      <ActionIcon
        variant="subtle"
        size={26}
        aria-label={t("menu.up")}
        disabled={index === 0}
        onClick={() => move(index - 1)}
      >
        <ArrowUp size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size={26}
        aria-label={t("menu.down")}
        disabled={index === count - 1}
        onClick={() => move(index + 1)}
      >
        <ArrowDown size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" size={26} aria-label={t("field.remove")} onClick={remove}>
        <X size={14} aria-hidden />
      </ActionIcon>
    </span>
  )
}

export function AddButton({
  onClick,
  label = t("field.add"),
  disabled,
}: {
  onClick: () => void
  label?: string
  disabled?: boolean | undefined
}) {
  if (disabled) return null
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      className="add-field"
      leftSection={<Plus size={14} aria-hidden />}
      onClick={onClick}
    >
      {label}
    </Button>
  )
}

/** Fields that belong together, under one name. */
export function Group({
  label,
  help,
  error,
  pointer,
  children,
}: {
  label: string
  help?: string | undefined
  error?: string | undefined
  pointer?: string | undefined
  children: ReactNode
}) {
  return (
    <fieldset className="field-group" data-pointer={pointer}>
      <legend>{label}</legend>
      {help && <p className="dim small">{help}</p>}
      {children}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
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

/** Any JSON; what does not parse stays here, and is told. */
export function JsonField(props: FieldProps<unknown>) {
  const shown = props.value === undefined || props.value === null ? "" : JSON.stringify(props.value, null, 2)
  const [typed, setTyped] = useState(shown)
  const [wrong, setWrong] = useState("")
  const focused = useRef(false)
  useEffect(() => {
    if (!focused.current) setTyped(shown)
  }, [shown])
  return (
    <Textarea
      {...common({ ...props, error: wrong || props.error } as FieldProps<never>)}
      className="mono-field"
      rows={Math.min(14, Math.max(3, typed.split("\n").length))}
      spellCheck={false}
      value={typed}
      onFocus={() => {
        focused.current = true
      }}
      onBlur={() => {
        focused.current = false
      }}
      onChange={event => {
        const { value } = event.currentTarget
        setTyped(value)
        try {
          props.change(value.trim() ? JSON.parse(value) : undefined)
          setWrong("")
        } catch (failure) {
          setWrong(t("field.not_json", { why: failure instanceof Error ? failure.message : "" }))
        }
      }}
    />
  )
}

export function LongField(props: FieldProps<string>) {
  return (
    <Textarea
      {...common(props as FieldProps<never>)}
      className="mono-field"
      rows={4}
      spellCheck={false}
      value={text(props.value)}
      onChange={event => props.change(event.currentTarget.value || (props.required ? "" : undefined))}
    />
  )
}

const ZONES: string[] = ["UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])]

export function TimezoneField(props: FieldProps<string>) {
  return (
    <Autocomplete
      {...common(props as FieldProps<never>)}
      data={ZONES}
      limit={20}
      value={text(props.value)}
      onChange={value => props.change(value || undefined)}
    />
  )
}

/** A colour as text, with the browser's own picker beside it. */
export function ColorField(props: FieldProps<string>) {
  const value = text(props.value)
  return (
    <div className="with-button">
      <TextInput
        {...common(props as FieldProps<never>)}
        className="mono-field grow"
        placeholder="#0b6e85"
        value={value}
        onChange={event => props.change(event.currentTarget.value || undefined)}
      />
      <input
        type="color"
        className="color"
        aria-label={t("field.pick_color", { label: props.label })}
        value={/^#[0-9a-f]{6}$/i.test(value) ? value : "#0b6e85"}
        disabled={props.disabled ?? false}
        onChange={event => props.change(event.currentTarget.value)}
      />
    </div>
  )
}
