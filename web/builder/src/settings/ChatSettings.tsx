/* How the chat looks on websites, and the form that stands before its first message. */
import { isMapping, list, type Path } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { AddButton, Group, moved, Order } from "../forms/field.tsx"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import type { Put } from "./BotSettings.tsx"

export function ChatSettings({ set }: { set: Put }) {
  const widget = useAt("widget")
  const put = (path: Path, value: unknown) => {
    const kept = Object.keys(isMapping(widget) ? widget : {}).filter(key => path.length > 1 || key !== path[0])
    set(value === undefined && !kept.length ? ["widget"] : ["widget", ...path], value)
  }
  return (
    <section className="stack" aria-label={t("settings.widget")} data-pointer="/widget">
      <h2>{t("settings.widget")}</h2>
      <SchemaForm part="Widget" path={["widget"]} skip={["fields"]} change={(key, value) => put([key], value)} />
      <FormFields put={put} />
    </section>
  )
}

interface FormField {
  name?: string
  label?: string
  kind?: string
  required?: boolean
}

/** What is asked first, as a rule; further fields are plain text. */
const USUAL = ["name", "email", "phone"] as const
const MOST = 10

function FormFields({ put }: { put: Put }) {
  const readOnly = useEditor(editor => editor.readOnly)
  const fields = list<FormField>(useAt("widget", "fields"))
  const all = (next: FormField[]) => put(["fields"], next.length ? next : undefined)
  const add = () => {
    const kind = USUAL.find(each => !fields.some(field => field?.kind === each))
    const taken = (name: string) => fields.some(field => field?.name === name)
    const free = ["answer", ...fields.map((_, index) => `answer_${index + 2}`)].find(name => !taken(name))!
    all([...fields, kind ? { name: kind, label: t(`before.${kind}`), kind } : { name: free, label: t("before.text") }])
  }
  return (
    <Group label={t("before.fields")} help={t("before.fields.help")} pointer="/widget/fields">
      {fields.map((field, index) => (
        <fieldset
          key={index}
          className="sub-card stack tight"
          data-pointer={`/widget/fields/${index}`}
          aria-label={field?.label || t("before.field", { number: index + 1 })}
        >
          <div className="row">
            <strong className="grow clip">{field?.label || t("before.field", { number: index + 1 })}</strong>
            <Order
              index={index}
              count={fields.length}
              move={to => all(moved(fields, index, to))}
              remove={() => all(fields.toSpliced(index, 1))}
              disabled={readOnly}
            />
          </div>
          <SchemaForm
            part="FormField"
            path={["widget", "fields", index]}
            change={(key, value) => put(["fields", index, key], value)}
          />
        </fieldset>
      ))}
      <AddButton label={t("before.add")} disabled={readOnly || fields.length >= MOST} onClick={add} />
    </Group>
  )
}
