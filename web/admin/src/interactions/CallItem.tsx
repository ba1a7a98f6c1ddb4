/* A call to an endpoint: what came of it, why, and what came too late. */
import type { components } from "../../../protocol/api.d.ts"
import { Ago } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Copy } from "../console/parts.tsx"

const LOOKS = { waiting: "chip warn", ok: "chip ok", failed: "chip bad" } as const

interface CallItemProps {
  made: components["schemas"]["CallMade"]
  /** Stands beside the id. */
  children?: React.ReactNode
  /** What can be done about it. */
  todo?: React.ReactNode
}

export function CallItem({ made, children, todo }: CallItemProps) {
  return (
    <li>
      <div className="row">
        <strong className="grow">{made.endpoint || made.node}</strong>
        <span className={LOOKS[made.status]}>{t(`call.${made.status}`)}</span>
      </div>
      <div className="dim small">
        <Ago at={made.asked_at} />
        {made.status !== "waiting" && ` · ${t("call.took", { ms: made.took_ms ?? 0 })}`}
        {made.status === "ok" && ` · ${t("call.pairs", { count: made.pairs ?? 0 })}`}
        {made.reason && (
          <>
            {" · "}
            <code>{made.reason}</code>
          </>
        )}
      </div>
      {made.sentence && <p className="small">{made.sentence}</p>}
      {made.detail && <p className="small dim">{made.detail}</p>}
      {(made.late ?? []).map(late => (
        <p key={late.at} className="small warn-text">
          {t("call.late")}: <Ago at={late.at} />
          {late.reason && ` · ${late.reason}`} · {t("call.took", { ms: late.took_ms })}
        </p>
      ))}
      {todo}
      <div className="row small dim">
        {children}
        <Copy text={made.token} short={`…${made.token.slice(-10)}`} what={t("call.id")} />
      </div>
    </li>
  )
}
