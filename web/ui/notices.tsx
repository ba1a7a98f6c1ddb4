/* Short messages at the foot of the page; a screen reader hears them. */
import { useEffect, useSyncExternalStore } from "react"

export interface Notice {
  id: number
  text: string
  bad?: boolean
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 6_000
let notices: readonly Notice[] = []
let last = 0
const listeners = new Set<() => void>()

function change(next: readonly Notice[]) {
  notices = next
  for (const told of listeners) told()
}

export function notify(text: string, more: Omit<Notice, "id" | "text"> = {}): void {
  last += 1
  change([...notices.filter(each => each.text !== text), { id: last, text, ...more }].slice(-3))
}

export function dismiss(id: number): void {
  change(notices.filter(each => each.id !== id))
}

const subscribe = (told: () => void) => {
  listeners.add(told)
  return () => listeners.delete(told)
}

export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices)
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(notice => (
        <One key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

function One({ notice }: { notice: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), notice.bad ? SHOWN_MS * 2 : SHOWN_MS)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className={notice.bad ? "notice bad" : "notice"}>
      <span>{notice.text}</span>
      {notice.action && (
        <button
          type="button"
          className="plain link"
          onClick={() => {
            notice.action?.run()
            dismiss(notice.id)
          }}
        >
          {notice.action.label}
        </button>
      )}
    </div>
  )
}
