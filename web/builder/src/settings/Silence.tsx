/* What happens when the visitor is silent. */
import { Switch } from "@mantine/core"
import { isMapping } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import type { Put } from "./BotSettings.tsx"

export function Silence({ set }: { set: Put }) {
  const readOnly = useEditor(editor => editor.readOnly)
  const on = isMapping(useAt("inactivity"))
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
