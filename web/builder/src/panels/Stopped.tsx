/* In the panel of a node: the newest interactions that stopped there, and the way to all of them. */
import { useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Ago } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { onCanvas } from "../../../ui/words/canvas.ts"
import { useEditor } from "../editing/store.ts"

learn(onCanvas)

type Page = components["schemas"]["InteractionPage"]
const SHOWN = 5
const FRESH_MS = 30_000
/** Who walks over the canvas asks for nothing. */
const LINGER_MS = 300

export function Stopped({ name }: { name: string }) {
  const bot = useEditor(editor => editor.bot)
  const [lingers, setLingers] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLingers(true), LINGER_MS)
    return () => clearTimeout(timer)
  }, [])
  const here = `bot=${encodeURIComponent(bot)}&node=${encodeURIComponent(name)}`
  const found = useQuery({
    queryKey: ["stopped", bot, name],
    queryFn: () => call<Page>("GET", `/interactions?${here}&size=${SHOWN}`),
    enabled: lingers,
    staleTime: FRESH_MS,
  })
  const lines = found.data?.interactions ?? []
  if (!lines.length) return null
  return (
    <section className="stopped stack tight" aria-label={t("stopped.title")}>
      <div className="row">
        <h2 className="grow">{t("stopped.title")}</h2>
        <Link className="link small" href={`/interactions?${here}`}>
          {t("stopped.all")}
        </Link>
      </div>
      <ul>
        {lines.slice(0, SHOWN).map(line => (
          <li key={line.uuid} className="row">
            <Link
              href={`/interactions/${line.uuid}`}
              className="mono"
              aria-label={t("stopped.open", { ref: line.quick_ref })}
            >
              {line.quick_ref}
            </Link>
            <span className="dim small grow">
              <Ago at={line.updated_at} />
            </span>
            <span className={line.status === "active" ? "chip tiny ok" : line.failed ? "chip tiny bad" : "chip tiny"}>
              {line.failed ? t("stopped.failed") : t(`stopped.${line.status}`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
