/* Fields in which one of several is chosen: a word, yes or no, a node, an endpoint, a name of data, a time zone, a colour. */
import { Autocomplete, Button, Select, Switch, TextInput } from "@mantine/core"
import { useMemo, useState } from "react"
import { has, isMapping, knownData, text } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { type Target, targetLabel, targetsOf } from "../commands/targets.ts"
import { useEditor } from "../editing/store.ts"
import { common, type FieldProps } from "./field.tsx"

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

/** Where a way leads: a node by its title, or nowhere. All nodes are listed while it has the focus. */
export function NodeField(props: FieldProps<string> & { open?: string }) {
  const value = text(props.value)
  const [listed, setListed] = useState(false)
  const missing = useEditor(({ history }) => value !== "" && !has(history.bot, value))
  const label = useEditor(({ history }) =>
    missing ? t("way.missing", { node: value }) : targetLabel(history.bot, value),
  )
  const all = useEditor(({ history }) => (listed ? targetsOf(history.bot) : NONE))
  const shown = listed && !missing ? all : [...all, ...(value ? [{ value, label }] : [])]
  return (
    <Select
      {...common({ ...props, error: missing ? label : props.error } as FieldProps<never>)}
      data={shown as Target[]}
      value={value || null}
      placeholder={props.open ?? t("way.open")}
      searchable
      clearable
      limit={MOST_SHOWN}
      nothingFoundMessage={t("field.no_node")}
      clearButtonProps={{ "aria-label": t("menu.disconnect") }}
      onFocus={() => setListed(true)}
      onBlur={() => setListed(false)}
      onChange={chosen => props.change(chosen ?? (props.required ? "" : undefined))}
    />
  )
}
const NONE: readonly Target[] = []

export function EndpointField({ add, ...props }: FieldProps<string> & { add?: () => void }) {
  const endpoints = useEditor(editor => editor.history.bot.endpoints)
  const names = Object.keys(isMapping(endpoints) ? endpoints : {})
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
  const known = useEditor(editor => knownData(editor.history.bot))
  const names = useMemo(() => known.map(each => each.name), [known])
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
