/* The settings of the bot: its name, its endpoints, words that work anywhere, silence, hours, data, and the chat's look. */
import { useEffect, useRef } from "react"
import { type Path, setValue } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import { focusField } from "../panels/Inspector.tsx"
import { ChatSettings } from "./ChatSettings.tsx"
import { DataFields } from "./DataFields.tsx"
import { Endpoints } from "./Endpoints.tsx"
import { Hours } from "./Hours.tsx"
import { PageData } from "./PageData.tsx"
import { Silence } from "./Silence.tsx"
import { Words } from "./Words.tsx"

/** Set what stands at a path of the bot; `undefined` takes it away. */
export type Put = (path: Path, value: unknown) => void

export function BotSettings() {
  const store = useEditorStore()
  const shown = useEditor(editor => editor.shown)
  const panel = useRef<HTMLDivElement>(null)
  const set: Put = (path, value) => store.getState().make(setValue(store.getState().history.bot, path, value))
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
          only={["name", "start", "locale", "timezone", "retention"]}
          change={(key, value) => set([key], value)}
        />
      </section>
      <Endpoints />
      <Words set={set} />
      <Silence set={set} />
      <Hours set={set} />
      <DataFields set={set} />
      <PageData set={set} />
      <ChatSettings set={set} />
    </div>
  )
}
