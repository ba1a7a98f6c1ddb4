/* A form made from the server's schema of one part of a bot: an action, a capture, an endpoint, the bot itself. */
import { at, issuesAt, type Path, pointer } from "../../../document/index.ts"
import { t, word } from "../../../ui/t.ts"
import { useEditor } from "../editing/store.ts"
import { ColorField, DataField, EndpointField, NodeField, SelectField, SwitchField, TimezoneField } from "./choose.tsx"
import { LinesField, ListField, PairsField } from "./lists.tsx"
import { DaysField, DurationField, NumberField } from "./number.tsx"
import { type Field, fieldsOf, plain, useSchema } from "./schema.ts"
import { TemplateField } from "./template.tsx"
import { JsonField, LongField, TextField } from "./text.tsx"

interface Props {
  /** The name of the part in the schema, such as `Fulfill`. */
  part: string
  /** Where the part stands in the bot. */
  path: Path
  /** Change a key of it; `undefined` takes it away. */
  change: (key: string, value: unknown) => void
  skip?: readonly string[]
  only?: readonly string[]
  endpoints?: () => void
}

export function SchemaForm({ part, path, change, skip = [], only, endpoints }: Props) {
  const schema = useSchema()
  if (!schema) return null
  const fields = fieldsOf(schema, part, skip).filter(field => !only || only.includes(field.name))
  return fields.map(field => (
    <One
      key={field.name}
      field={field}
      path={[...path, field.name]}
      change={value => change(field.name, value)}
      endpoints={endpoints}
    />
  ))
}

function One({
  field,
  path,
  change,
  endpoints,
}: {
  field: Field
  path: Path
  change: (value: unknown) => void
  endpoints: (() => void) | undefined
}) {
  const value = useEditor(editor => at(editor.history.bot, path))
  const issues = useEditor(editor => editor.issues)
  const disabled = useEditor(editor => editor.readOnly)
  const error = issuesAt(issues, path).find(issue => issue.severity === "error")?.message
  const { schema } = field
  const shown = value === undefined || value === null ? schema.default : value
  const props = {
    label: field.label,
    help: field.help,
    value: shown,
    change,
    error,
    required: field.required,
    disabled,
    pointer: pointer(path),
  }
  switch (field.widget) {
    case "template":
      return <TemplateField {...props} rows={field.name === "text" ? 3 : 2} />
    case "number":
      return <NumberField {...props} min={schema.minimum} max={schema.maximum} whole={schema.type === "integer"} />
    case "duration":
      return <DurationField {...props} />
    case "switch":
      return <SwitchField {...props} change={on => change(on === (schema.default ?? false) ? undefined : on)} />
    case "select":
      return (
        <SelectField
          {...props}
          required={field.required || schema.default !== undefined}
          change={chosen => change(chosen === schema.default ? undefined : chosen)}
          options={(schema.enum ?? []).map(each => ({
            value: String(each),
            label: word(`value.${each}`, plain(String(each))),
          }))}
        />
      )
    case "node":
      return <NodeField {...props} />
    case "endpoint":
      return <EndpointField {...props} {...(endpoints ? { add: endpoints } : {})} />
    case "data":
      return <DataField {...props} />
    case "list":
      return <ListField {...props} most={schema.maxItems} />
    case "names":
      return <ListField {...props} names most={schema.maxItems} />
    case "lines":
      return <LinesField {...props} most={schema.maxItems} />
    case "pairs":
      return <PairsField {...props} />
    case "json":
      return <JsonField {...props} />
    case "headers":
      return <PairsField {...props} valueLabel={t("endpoint.header_value")} keyLabel={t("endpoint.header")} />
    case "days":
      return <DaysField {...props} />
    case "long":
      return <LongField {...props} />
    case "key":
      return <LongField {...props} mono />
    case "timezone":
      return <TimezoneField {...props} />
    case "color":
      return <ColorField {...props} />
    case "code":
      return <TextField {...props} mono />
    default:
      return <TextField {...props} />
  }
}
