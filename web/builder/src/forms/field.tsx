/* What all fields share: what they are given, and the frame of several that belong together. */
import { ActionIcon, Button } from "@mantine/core"
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react"
import type { ReactNode } from "react"
import { learn, t } from "../../../ui/t.ts"
import { forms } from "../../../ui/words/forms.ts"

learn(forms)

/** Each takes a value of any shape: a draft may hold anything. */
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
export function common({ label, help, error, disabled, pointer, placeholder }: FieldProps<never>) {
  return {
    label,
    ...(help ? { description: help } : {}),
    ...(error ? { error } : {}),
    ...(disabled ? { disabled } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(pointer ? { "data-pointer": pointer } : {}),
  }
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
