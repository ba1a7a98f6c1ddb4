/* What is known about data before anything sets it. */
import { Button, TextInput } from "@mantine/core"
import { Trash2 } from "lucide-react"
import { useState } from "react"
import { isMapping } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { Group } from "../forms/field.tsx"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import type { Put } from "./BotSettings.tsx"

export function DataFields({ set }: { set: Put }) {
  const given = useAt("data")
  const readOnly = useEditor(editor => editor.readOnly)
  const data = isMapping(given) ? given : {}
  const [typed, setTyped] = useState("")
  return (
    <Group label={t("settings.data")} help={t("settings.data.help")} pointer="/data">
      {Object.keys(data).map(name => (
        <div key={name} className="sub-card stack tight">
          <div className="row">
            <code className="grow">{name}</code>
            {!readOnly && (
              <IconButton
                icon={Trash2}
                label={t("field.remove")}
                size={26}
                onClick={() => {
                  const { [name]: _, ...rest } = data
                  set(["data"], Object.keys(rest).length ? rest : undefined)
                }}
              />
            )}
          </div>
          <SchemaForm part="DataField" path={["data", name]} change={(key, value) => set(["data", name, key], value)} />
        </div>
      ))}
      {!readOnly && (
        <form
          className="row end"
          onSubmit={event => {
            event.preventDefault()
            if (typed.trim() && !Object.hasOwn(data, typed.trim())) set(["data", typed.trim()], { type: "text" })
            setTyped("")
          }}
        >
          <TextInput
            className="grow mono-field"
            label={t("data.new")}
            value={typed}
            maxLength={191}
            onChange={event => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!typed.trim()}>
            {t("field.add")}
          </Button>
        </form>
      )}
    </Group>
  )
}
