/* Fields of text: one line, several, and JSON. */
import { Textarea, TextInput } from "@mantine/core"
import { useEffect, useRef, useState } from "react"
import { text } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { common, type FieldProps } from "./field.tsx"

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

export function LongField({ mono, ...props }: FieldProps<string> & { mono?: boolean }) {
  return (
    <Textarea
      {...common(props as FieldProps<never>)}
      className={mono ? "mono-field" : ""}
      rows={mono ? 4 : 2}
      spellCheck={!mono}
      value={text(props.value)}
      onChange={event => props.change(event.currentTarget.value || (props.required ? "" : undefined))}
    />
  )
}

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
