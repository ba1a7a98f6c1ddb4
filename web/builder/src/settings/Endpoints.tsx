/* The endpoints of a bot: the company's own systems, each with its address, headers and limits. */
import { Button, TextInput } from "@mantine/core"
import { Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import {
  addEndpoint,
  asking,
  isMapping,
  issuesAt,
  removeEndpoint,
  renameEndpoint,
  setEndpoint,
  titleOf,
} from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useAt, useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { SchemaForm } from "../forms/SchemaForm.tsx"

export function Endpoints() {
  const store = useEditorStore()
  const readOnly = useEditor(editor => editor.readOnly)
  const endpoints = useAt("endpoints")
  const names = Object.keys(isMapping(endpoints) ? endpoints : {})
  const add = () => {
    const edit = addEndpoint(store.getState().history.bot, "endpoint", { url: "https://" })
    store.getState().make(edit)
    store.getState().show([], true, `/endpoints/${edit.name}/url`)
  }
  return (
    <section className="stack" aria-label={t("settings.endpoints")} data-pointer="/endpoints">
      <div className="row">
        <h2 className="grow">{t("settings.endpoints")}</h2>
        {!readOnly && (
          <Button size="compact-sm" variant="light" leftSection={<Plus size={14} aria-hidden />} onClick={add}>
            {t("settings.endpoints.add")}
          </Button>
        )}
      </div>
      <p className="dim small">{t("settings.endpoints.help")}</p>
      {names.map(name => (
        <EndpointCard key={name} name={name} />
      ))}
    </section>
  )
}

function EndpointCard({ name }: { name: string }) {
  const store = useEditorStore()
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const issues = useEditor(editor => editor.issues)
  const [typed, setTyped] = useState(name)
  const users = asking(bot, name)
  const rename = () => {
    if (!typed.trim() || typed === name) setTyped(name)
    else store.getState().make(renameEndpoint(store.getState().history.bot, name, typed))
  }
  const own = issuesAt(issues, ["endpoints", name]).filter(issue => issue.pointer === `/endpoints/${name}`)
  return (
    <div className="sub-card stack">
      <div className="row end">
        <TextInput
          className="grow mono-field"
          label={t("endpoint.name")}
          value={typed}
          maxLength={100}
          disabled={readOnly}
          onChange={event => setTyped(event.currentTarget.value)}
          onBlur={rename}
          onKeyDown={event => event.key === "Enter" && rename()}
        />
        {!readOnly && (
          <IconButton
            icon={Trash2}
            label={t("endpoint.remove", { name })}
            size={34}
            onClick={() => store.getState().make(removeEndpoint(bot, name))}
          />
        )}
      </div>
      <SchemaForm
        part="Endpoint"
        path={["endpoints", name]}
        change={(key, value) =>
          store
            .getState()
            .make(setEndpoint(store.getState().history.bot, name, [key], value ?? (key === "url" ? "" : undefined)))
        }
      />
      <p className="dim small">
        {users.length
          ? t("endpoint.used", { nodes: users.map(user => titleOf(bot, user)).join(", ") })
          : t("endpoint.unused")}
      </p>
      {own.map(issue => (
        <p key={issue.code} className="field-error">
          {issue.message}
        </p>
      ))}
    </div>
  )
}
