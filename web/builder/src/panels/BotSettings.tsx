/* The settings of the bot: its name, its endpoints, words that work anywhere, silence, hours, data, and the chat's look. */
import { Button, Select, Switch, TextInput } from "@mantine/core"
import { Plus, Trash2 } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import {
  addEndpoint,
  asking,
  endpointsOf,
  isMapping,
  issuesAt,
  list,
  removeEndpoint,
  renameEndpoint,
  setEndpoint,
  setValue,
  text,
  titleOf,
  type Word,
  wordsOf,
} from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { AddButton, Group, ListField, NodeField, TemplateField } from "../forms/fields.tsx"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import { useSchema } from "../forms/schema.ts"
import { focusField } from "./Inspector.tsx"

export function BotSettings() {
  const store = useEditorStore()
  const shown = useEditor(editor => editor.shown)
  const panel = useRef<HTMLDivElement>(null)
  const set = (path: readonly (string | number)[], value: unknown) =>
    store.getState().make(setValue(store.getState().history.bot, path, value))
  useEffect(() => {
    if (!shown?.focus || shown.names.length) return
    const timer = setTimeout(() => {
      focusField(panel.current, shown.field)
      store.getState().set({ shown: { ...shown, focus: false } })
    }, 60)
    return () => clearTimeout(timer)
  }, [shown, store])
  return (
    <div className="panel-body stack loose" ref={panel}>
      <section className="stack" aria-label={t("settings.general")}>
        <h2>{t("settings.general")}</h2>
        <SchemaForm
          part="Bot"
          path={[]}
          only={["name", "start", "locale", "timezone"]}
          change={(key, value) => set([key], value)}
        />
      </section>
      <Endpoints />
      <Words set={set} />
      <Inactivity set={set} />
      <Hours set={set} />
      <DataFields set={set} />
      <WidgetSection set={set} />
    </div>
  )
}

type Set = (path: readonly (string | number)[], value: unknown) => void

function Endpoints() {
  const store = useEditorStore()
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const names = Object.keys(endpointsOf(bot))
  const add = () => {
    const edit = addEndpoint(bot, "endpoint", { url: "https://" })
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

function Words({ set }: { set: Set }) {
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const words = wordsOf(bot)
  const put = (next: Word[]) => set(["words"], next.length ? next : undefined)
  return (
    <Group label={t("settings.words")} help={t("settings.words.help")} pointer="/words">
      {words.map((word, index) => (
        <div key={index} className="sub-card stack tight" data-pointer={`/words/${index}`}>
          <div className="row end">
            <div className="grow">
              <ListField
                label={t("words.words")}
                value={word.words}
                required
                change={value => put(words.with(index, { ...word, words: value ?? [] }))}
                disabled={readOnly}
              />
            </div>
            {!readOnly && (
              <IconButton
                icon={Trash2}
                label={t("field.remove")}
                size={34}
                onClick={() => put(words.toSpliced(index, 1))}
              />
            )}
          </div>
          <Select
            label={t("words.does")}
            data={[
              { value: "restart", label: t("words.restart") },
              { value: "back", label: t("words.back") },
              { value: "go_to", label: t("words.go_to") },
            ]}
            value={text(word.action) || "go_to"}
            allowDeselect={false}
            disabled={readOnly}
            onChange={does =>
              put(
                words.with(
                  index,
                  does === "go_to"
                    ? { words: word.words, go_to: text(word.go_to) }
                    : { words: word.words, action: does },
                ),
              )
            }
          />
          {!word.action && (
            <NodeField
              label={t("words.node")}
              value={word.go_to}
              required
              change={value => put(words.with(index, { words: word.words, go_to: value ?? "" }))}
              disabled={readOnly}
            />
          )}
        </div>
      ))}
      <AddButton
        label={t("words.add")}
        disabled={readOnly}
        onClick={() => put([...words, { words: [], action: "restart" }])}
      />
    </Group>
  )
}

function Inactivity({ set }: { set: Set }) {
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const on = isMapping(bot.inactivity)
  return (
    <section className="stack tight" aria-label={t("settings.inactivity")}>
      <h2>{t("settings.inactivity")}</h2>
      <Switch
        label={t("inactivity.on")}
        checked={on}
        disabled={readOnly}
        onChange={event => set(["inactivity"], event.currentTarget.checked ? { after: "30 min" } : undefined)}
      />
      {on && (
        <SchemaForm part="Inactivity" path={["inactivity"]} change={(key, value) => set(["inactivity", key], value)} />
      )}
    </section>
  )
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const

function Hours({ set }: { set: Set }) {
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const open =
    isMapping(bot.hours) && isMapping(bot.hours.open) ? (bot.hours.open as Record<string, unknown>) : undefined
  const office = Object.fromEntries(DAYS.slice(0, 5).map(day => [day, ["09:00-17:00"]]))
  return (
    <section className="stack tight" aria-label={t("settings.hours")} data-pointer="/hours">
      <h2>{t("settings.hours")}</h2>
      <Switch
        label={t("hours.on")}
        checked={open !== undefined}
        disabled={readOnly}
        onChange={event => set(["hours"], event.currentTarget.checked ? { open: office } : undefined)}
      />
      {open && (
        <>
          {DAYS.map(day => (
            <ListField
              key={day}
              label={t(`day.${day}`)}
              value={open[day]}
              placeholder={t("hours.closed")}
              disabled={readOnly}
              change={value => set(["hours", "open", day], value)}
            />
          ))}
          <ListField
            label={t("hours.closed_on")}
            help={t("hours.closed_on.help")}
            value={bot.hours?.closed_on}
            disabled={readOnly}
            change={value => set(["hours", "closed_on"], value)}
          />
        </>
      )}
    </section>
  )
}

function DataFields({ set }: { set: Set }) {
  const bot = useBot()
  const schema = useSchema()
  const readOnly = useEditor(editor => editor.readOnly)
  const data = isMapping(bot.data) ? bot.data : {}
  const [typed, setTyped] = useState("")
  const part = schema?.$defs?.DataField ? "DataField" : undefined
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
          {part && (
            <SchemaForm part={part} path={["data", name]} change={(key, value) => set(["data", name, key], value)} />
          )}
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

/** How the chat looks on websites, when the server's file format has it. */
function WidgetSection({ set }: { set: Set }) {
  const schema = useSchema()
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  if (!schema?.$defs?.Widget) return null
  const widget = isMapping(bot.widget) ? bot.widget : {}
  const put = (key: string, value: unknown) => {
    const next = { ...widget, [key]: value }
    if (value === undefined) delete next[key as keyof typeof next]
    set(["widget"], Object.keys(next).length ? next : undefined)
  }
  return (
    <section className="stack" aria-label={t("settings.widget")} data-pointer="/widget">
      <h2>{t("settings.widget")}</h2>
      <TemplateField
        label={t("widget.greeting")}
        value={widget.greeting}
        disabled={readOnly}
        pointer="/widget/greeting"
        change={value => put("greeting", value)}
      />
      <SchemaForm part="Widget" path={["widget"]} skip={["greeting", "fields"]} change={put} />
      {list(widget.fields).length > 0 && (
        <p className="dim small">{t("widget.fields", { count: list(widget.fields).length })}</p>
      )}
    </section>
  )
}
