/* The builder of a condition: comparisons, and groups of them, with the server's own operators. */
import { Autocomplete, Button, Select, TagsInput, TextInput } from "@mantine/core"
import { FolderPlus, Plus, X } from "lucide-react"
import { useMemo } from "react"
import { type Condition, isMapping, knownData, list, text } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t, word } from "../../../ui/t.ts"
import { useEditor } from "../editing/store.ts"
import { type Operator, useSchema } from "./schema.ts"

const DEEPEST = 5
const BLANK: Condition = { operand: "reply", operator: "is", argument: "" }
const NO_OPERATORS: readonly Operator[] = []
/** How many arguments an operator takes: the server's table. */
function useTable() {
  const schema = useSchema()
  const operators = schema?.["x-ui"]?.operators ?? NO_OPERATORS
  return {
    operators,
    operands: schema?.["x-ui"]?.operands ?? [],
    reasons: schema?.["x-ui"]?.reasons ?? [],
    takes: (name: string) => operators.find(each => each.name === name)?.takes ?? "one",
  }
}
const KINDS = ["text", "any", "number", "date", "list"]

interface Props {
  value: Condition | undefined
  change: (value: Condition) => void
  depth?: number
  remove?: () => void
  name: string
  /** Of the condition in the bot. */
  pointer: string
}

export function ConditionForm({ value, change, depth = 1, remove, name, pointer }: Props) {
  const when = isMapping(value) ? value : BLANK
  const part = { when, change, depth, remove, name, pointer }
  return Array.isArray(when.all) || Array.isArray(when.any) ? <Together {...part} /> : <Comparison {...part} />
}

interface Part {
  when: Condition
  change: (value: Condition) => void
  depth: number
  remove: (() => void) | undefined
  name: string
  pointer: string
}

function Comparison({ when, change, depth, remove, name, pointer }: Part) {
  const known = useEditor(editor => knownData(editor.history.bot))
  const table = useTable()
  const readOnly = useEditor(editor => editor.readOnly)
  const data = useMemo(() => {
    const names = known.map(each => ({ value: `data.${each.name}`, label: each.name }))
    const operand = text(when.operand)
    if (operand.startsWith("data.") && !names.some(each => each.value === operand))
      names.push({ value: operand, label: operand.slice(5) })
    return [
      { group: t("condition.data"), items: names },
      {
        group: t("condition.other"),
        items: table.operands.map(each => ({ value: each, label: word(`operand.${each}`, each) })),
      },
    ].filter(group => group.items.length)
  }, [known, when.operand, table.operands])
  const operators = KINDS.flatMap(kind => {
    const items = table.operators.filter(each => each.kind === kind)
    if (!items.length) return []
    return [
      {
        group: t(`condition.kind.${kind}` as never),
        items: items.map(each => ({ value: each.name, label: word(`operator.${each.name}`, each.name) })),
      },
    ]
  })
  const operator = text(when.operator)
  const help = table.operators.find(each => each.name === operator)?.summary
  const setOperator = (next: string) => {
    const { argument: _, ...rest } = when
    const takes = table.takes(next)
    if (takes === "none") change({ ...rest, operator: next })
    else if (takes === "many" || takes === "two")
      change({
        ...rest,
        operator: next,
        argument: Array.isArray(when.argument) ? when.argument : text(when.argument) ? [text(when.argument)] : [],
      })
    else
      change({
        ...rest,
        operator: next,
        argument: Array.isArray(when.argument) ? text(when.argument[0]) : (when.argument ?? ""),
      })
  }
  return (
    <div className="comparison">
      <div className="row">
        <Select
          className="grow"
          aria-label={t("condition.operand", { name })}
          data-pointer={`${pointer}/operand`}
          data={data}
          value={text(when.operand) || null}
          placeholder={t("condition.operand.pick")}
          searchable
          allowDeselect={false}
          disabled={readOnly}
          onChange={operand => change({ ...when, operand: operand ?? "" })}
        />
        {remove && !readOnly && <IconButton icon={X} label={t("condition.remove")} size={26} onClick={remove} />}
      </div>
      <Select
        aria-label={t("condition.operator", { name })}
        data-pointer={`${pointer}/operator`}
        data={operators}
        value={operator || null}
        allowDeselect={false}
        searchable
        disabled={readOnly}
        onChange={next => setOperator(next ?? "is")}
      />
      {table.takes(operator) !== "none" && (
        <Argument when={when} change={change} name={name} readOnly={readOnly} pointer={`${pointer}/argument`} />
      )}
      {help && <p className="dim small">{help}</p>}
      {depth === 1 && !readOnly && (
        <div className="row">
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => change({ all: [when, BLANK] })}
          >
            {t("condition.add_and")}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => change({ any: [when, BLANK] })}
          >
            {t("condition.add_or")}
          </Button>
        </div>
      )}
    </div>
  )
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

/** Values that are known for some operands. */
function offered(operand: string, reasons: string[]): string[] {
  if (operand === "fulfillment.status") return ["ok", "failed"]
  if (operand === "fulfillment.reason") return reasons
  if (operand === "hours") return ["open", "closed"]
  if (operand === "weekday") return WEEKDAYS
  if (operand === "channel") return ["Web"]
  return []
}

function Argument({
  when,
  change,
  name,
  readOnly,
  pointer,
}: {
  when: Condition
  change: (value: Condition) => void
  name: string
  readOnly: boolean
  pointer: string
}) {
  const operator = text(when.operator)
  const label = t("condition.argument", { name })
  const { reasons, takes } = useTable()
  const values = offered(text(when.operand), reasons)
  if (takes(operator) === "many")
    return (
      <TagsInput
        aria-label={label}
        data-pointer={pointer}
        placeholder={t("condition.argument.many")}
        data={values}
        value={list<unknown>(when.argument).map(text)}
        acceptValueOnBlur
        disabled={readOnly}
        onChange={argument => change({ ...when, argument })}
      />
    )
  if (takes(operator) === "two") {
    const [from = "", to = ""] = list<unknown>(when.argument).map(text)
    return (
      <div className="row" data-pointer={pointer}>
        <TextInput
          aria-label={`${label}: ${t("condition.from")}`}
          placeholder={t("condition.from")}
          value={from}
          disabled={readOnly}
          onChange={event => change({ ...when, argument: [event.currentTarget.value, to] })}
        />
        <TextInput
          aria-label={`${label}: ${t("condition.to")}`}
          placeholder={t("condition.to")}
          value={to}
          disabled={readOnly}
          onChange={event => change({ ...when, argument: [from, event.currentTarget.value] })}
        />
      </div>
    )
  }
  return (
    <Autocomplete
      aria-label={label}
      data-pointer={pointer}
      placeholder={t("condition.argument.one")}
      data={values}
      value={text(when.argument)}
      disabled={readOnly}
      onChange={argument => change({ ...when, argument })}
    />
  )
}

function Together({ when, change, depth, remove, name, pointer }: Part) {
  const readOnly = useEditor(editor => editor.readOnly)
  const key = Array.isArray(when.all) ? "all" : "any"
  const parts = list<Condition>(when[key])
  const set = (next: Condition[]) => {
    if (next.length === 1 && depth === 1) change(next[0]!)
    else if (next.length) change({ [key]: next })
    else remove?.()
  }
  return (
    <fieldset className="together" data-pointer={`${pointer}/${key}`}>
      <legend className="unseen">{name}</legend>
      <div className="row">
        <Select
          className="grow"
          aria-label={t("condition.group", { name })}
          data={[
            { value: "all", label: t("condition.all") },
            { value: "any", label: t("condition.any") },
          ]}
          value={key}
          allowDeselect={false}
          disabled={readOnly}
          onChange={next => change({ [next === "any" ? "any" : "all"]: parts })}
        />
        {remove && !readOnly && <IconButton icon={X} label={t("condition.remove")} size={26} onClick={remove} />}
      </div>
      {parts.map((part, index) => (
        <ConditionForm
          key={index}
          value={part}
          depth={depth + 1}
          name={`${name}, ${index + 1}`}
          pointer={`${pointer}/${key}/${index}`}
          change={next => set(parts.with(index, next))}
          remove={() => set(parts.toSpliced(index, 1))}
        />
      ))}
      {!readOnly && (
        <div className="row">
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => set([...parts, BLANK])}
          >
            {t("condition.add")}
          </Button>
          {depth < DEEPEST && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<FolderPlus size={14} aria-hidden />}
              onClick={() => set([...parts, { [key === "all" ? "any" : "all"]: [BLANK] }])}
            >
              {t("condition.add_group")}
            </Button>
          )}
        </div>
      )}
    </fieldset>
  )
}
