/* When the bot is open: spans of every weekday, and the dates on which it is closed. */
import { Switch } from "@mantine/core"
import { isMapping } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { ListField } from "../forms/lists.tsx"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import type { Put } from "./BotSettings.tsx"

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const

export function Hours({ set }: { set: Put }) {
  const hours = useAt("hours")
  const readOnly = useEditor(editor => editor.readOnly)
  const open = isMapping(hours) && isMapping(hours.open) ? hours.open : undefined
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
          <div className="stack tight" data-pointer="/hours/open">
            {DAYS.map(day => (
              <ListField
                key={day}
                label={t(`day.${day}`)}
                value={open[day]}
                pointer={`/hours/open/${day}`}
                placeholder={t("hours.closed")}
                disabled={readOnly}
                change={value => set(["hours", "open", day], value)}
              />
            ))}
          </div>
          <ListField
            label={t("hours.closed_on")}
            help={t("hours.closed_on.help")}
            value={isMapping(hours) ? hours.closed_on : undefined}
            pointer="/hours/closed_on"
            disabled={readOnly}
            change={value => set(["hours", "closed_on"], value)}
          />
          <SchemaForm
            part="Hours"
            path={["hours"]}
            only={["timezone"]}
            change={(key, value) => set(["hours", key], value)}
          />
        </>
      )}
    </section>
  )
}
