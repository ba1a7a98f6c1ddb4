/* On the row of an action that asks an endpoint: a red mark while that endpoint fails, which leads to its last calls. */
import { Unplug } from "lucide-react"
import { Link } from "wouter"
import type { Action } from "../../../document/index.ts"
import { text } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useEditor } from "../editing/store.ts"

export function FailMark({ action }: { action: Action }) {
  const name = text((action as { endpoint?: unknown }).endpoint)
  const failing = useEditor(editor => (name ? editor.failing.get(name) : undefined))
  const bot = useEditor(editor => editor.bot)
  if (!failing) return null
  const words = failing.open
    ? t("endpoint.left", { name, reason: failing.reason })
    : t("endpoint.fails", { name, count: failing.failed, reason: failing.reason })
  return (
    <Link
      className="fail-mark nodrag"
      href={`/endpoints?open=${encodeURIComponent(`${bot}/${name}`)}`}
      aria-label={words}
      title={words}
      onClick={event => event.stopPropagation()}
    >
      <Unplug size={13} aria-hidden />
    </Link>
  )
}
