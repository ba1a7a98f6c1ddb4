/* How it stands with an interaction, in a word and a colour. */
import type { components } from "../../../protocol/api.d.ts"
import { t, word } from "../../../ui/t.ts"

export function StatusChip({ line }: { line: components["schemas"]["InteractionLine"] }) {
  if (line.cleaned_at) return <span className="chip">{t("status.cleaned")}</span>
  if (line.ended_by === "failure")
    return (
      <span className="chip bad" title={t("ended_by.failure")}>
        {t("status.failed")}
      </span>
    )
  const by = line.ended_by ? word(`ended_by.${line.ended_by}`, line.ended_by) : undefined
  return (
    <span className={line.status === "active" ? "chip ok" : "chip"} title={by}>
      {t(`status.${line.status}`)}
    </span>
  )
}
