/* Small parts that every screen uses. */
import { ActionIcon, Loader, Tooltip } from "@mantine/core"
import type { LucideIcon } from "lucide-react"
import { TriangleAlert } from "lucide-react"
import type { ComponentProps, ReactNode } from "react"
import { Problem, sentence } from "./api.ts"
import { t } from "./t.ts"
import { ago, exact, useNow } from "./time.ts"

type IconButtonProps = Omit<ComponentProps<typeof ActionIcon<"button">>, "children" | "aria-label"> & {
  icon: LucideIcon
  label: string
  keys?: string
  size?: number
}

/** A button that shows a picture; its name is read out and shown on hover. */
export function IconButton({ icon: Icon, label, keys, size = 32, ...rest }: IconButtonProps) {
  return (
    <Tooltip
      label={
        <span>
          {label} {keys && <kbd className="kbd">{keys}</kbd>}
        </span>
      }
    >
      <ActionIcon variant="subtle" size={size} aria-label={label} {...rest}>
        <Icon size={size > 26 ? 18 : 15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

/** A time, relative; exact on hover. */
export function Ago({ at }: { at: number }) {
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {ago(at, now)}
    </time>
  )
}

/** What a list says while it is empty: what would fill it, and the one thing to do. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <span className="tile logic">
        <Icon size={20} aria-hidden />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  )
}

/** What a screen says when it could not get what it shows. */
export function Failure({ failure, retry }: { failure: unknown; retry?: () => void }) {
  const offline = failure instanceof Problem && failure.offline
  return (
    <div className="empty" role="alert">
      <span className="tile ending">
        <TriangleAlert size={20} aria-hidden />
      </span>
      <h2>{offline ? t("failure.offline") : t("failure.title")}</h2>
      <p className="dim">{offline ? t("failure.offline.text") : sentence(failure)}</p>
      {retry && (
        <button type="button" className="plain link" onClick={retry}>
          {t("failure.retry")}
        </button>
      )}
    </div>
  )
}

export function Waiting({ label = t("waiting") }: { label?: string }) {
  return (
    <div className="empty" role="status">
      <Loader size="sm" color="var(--accent)" />
      <span className="unseen">{label}</span>
    </div>
  )
}
