/* Numbers, and spans of time. */
import { NumberInput, Select } from "@mantine/core"
import { text } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { common, type FieldProps } from "./field.tsx"

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

/** A number of days, kept as "90 d". */
export function DaysField(props: FieldProps<string>) {
  const [, days = ""] = /^\s*(\d+)\s*d\s*$/.exec(text(props.value)) ?? []
  return (
    <NumberInput
      {...common(props as FieldProps<never>)}
      value={days === "" ? "" : Number(days)}
      min={1}
      max={9_999}
      allowDecimal={false}
      suffix={` ${t("unit.d")}`}
      onChange={value => props.change(typeof value === "number" ? `${value} d` : undefined)}
    />
  )
}
