/* The server's JSON Schema of a bot file, read as forms: which fields a part has, and what each is edited with. */
import { useQuery } from "@tanstack/react-query"
import { call } from "../../../ui/api.ts"
import { t, word } from "../../../ui/t.ts"

export interface Schema {
  $ref?: string
  title?: string
  description?: string
  type?: string
  enum?: (string | number)[]
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  items?: Schema
  additionalProperties?: Schema | boolean
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  maxProperties?: number
  default?: unknown
  $defs?: Record<string, Schema>
  "x-ui"?: Hints
}

export interface Hints {
  widget?: string
  label?: string
  order?: string[]
  operators?: Operator[]
  operands?: string[]
  reasons?: string[]
}

export interface Operator {
  name: string
  takes: "none" | "one" | "two" | "many"
  kind: string
  summary: string
}

export type Widget =
  | "template"
  | "text"
  | "number"
  | "duration"
  | "switch"
  | "select"
  | "node"
  | "endpoint"
  | "data"
  | "list"
  | "lines"
  | "names"
  | "pairs"
  | "json"
  | "days"
  | "long"
  | "key"
  | "headers"
  | "timezone"
  | "color"
  | "code"

export interface Field {
  part: string
  name: string
  label: string
  help: string
  widget: Widget
  required: boolean
  schema: Schema
}

export function useSchema(): Schema | undefined {
  const { data } = useQuery({
    queryKey: ["schema"],
    queryFn: () => call<Schema>("GET", "/schema"),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data
}

/** Follow references, and leave the null of an optional part out. */
export function resolve(root: Schema, schema: Schema): Schema {
  let found = schema
  for (let depth = 0; depth < 8; depth++) {
    if (found.$ref) found = { ...root.$defs?.[found.$ref.split("/").at(-1)!], ...without(found, "$ref") }
    else if (found.anyOf) {
      const rest = found.anyOf.filter(each => each.type !== "null")
      if (rest.length !== 1) return found
      found = { ...rest[0], ...without(found, "anyOf") }
    } else return found
  }
  return found
}

function without(schema: Schema, key: keyof Schema): Schema {
  const { [key]: _, ...rest } = schema
  return rest
}

/** The part with a tag, such as `do: fulfill` or `kind: email`. */
export function tagged(root: Schema, tag: "do" | "kind", value: string): [name: string, part: Schema] | undefined {
  return Object.entries(root.$defs ?? {}).find(([, part]) => part.properties?.[tag]?.enum?.[0] === value)
}

/** What a part is, such as `do: fulfill`: chosen with the part, not within it. */
const isTag = (schema: Schema) => schema.enum?.length === 1

/** The widgets that the server names, as they are drawn here; `null` is not in a form of this kind. */
const FROM_SERVER: Record<string, Widget | null> = {
  template: "template",
  template_line: "template",
  text: "text",
  long_text: "long",
  key: "key",
  number: "number",
  switch: "switch",
  select: "select",
  duration: "duration",
  days: "days",
  data_name: "data",
  data_names: "names",
  node: "node",
  endpoint: "endpoint",
  secret_names: "list",
  headers: "headers",
  key_value: "pairs",
  words: "list",
  json: "json",
  file: "text",
  timezone: "timezone",
  locale: "text",
  color: "color",
  date: "text",
  expression: "code",
  list: null,
  map: null,
  part: null,
  kind: null,
  condition: null,
  hours: null,
  canvas: null,
}
/** Lists of buttons stand below each other. */
const OURS: Record<string, Widget> = { "SuggestReplies.replies": "lines" }

export function fieldsOf(root: Schema, part: string, skip: readonly string[] = []): Field[] {
  const schema = root.$defs?.[part]
  const names = Object.keys(schema?.properties ?? {})
  const order = schema?.["x-ui"]?.order ?? names
  return [...names]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .filter(name => !isTag(schema!.properties![name]!) && !skip.includes(name))
    .flatMap(name => {
      const given = schema!.properties![name]!
      const field = resolve(root, given)
      const hints = given["x-ui"] ?? field["x-ui"]
      const drawn = OURS[`${part}.${name}`] ?? FROM_SERVER[hints?.widget ?? "text"]
      if (!drawn) return []
      return {
        part,
        name,
        label: word(`field.${part}.${name}`, name === "label" ? t("field.label") : (hints?.label ?? plain(name))),
        help: word(`help.${part}.${name}`, (field.description ?? "").replaceAll("`", "")),
        widget: drawn,
        required: schema?.required?.includes(name) ?? false,
        schema: field,
      }
    })
}

/** A name of the file as words: `safe_to_repeat` is "Safe to repeat". */
export function plain(name: string): string {
  const words = name.replaceAll("_", " ")
  return words.charAt(0).toUpperCase() + words.slice(1)
}
