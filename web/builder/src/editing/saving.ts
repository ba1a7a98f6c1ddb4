/*
 * Saving by itself: 800 ms after the last edit the whole draft is sent with the revision that it was made from. An answer
 * never changes the document here. Another's revision in between is a conflict, which a person decides; nothing is
 * overwritten. What is not saved is kept in this browser, and sent when the server is there again.
 */
import { readIssues } from "../../../document/index.ts"
import { call, Problem } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import type { Draft } from "./draft.ts"
import { forget, keep } from "./recovery.ts"
import type { EditorStore } from "./store.ts"

const QUIET_MS = 800
const KEEP_MS = 250
const AGAIN_MS = 4_000
/** What a browser sends while a page closes: 64 KB in all. */
const CLOSING_LIMIT = 60_000

interface Saved {
  revision: number
  saved_at: number
  issues: unknown
}

export function startSaving(store: EditorStore): () => void {
  const { bot, readOnly } = store.getState()
  if (readOnly) return () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  let keeping: ReturnType<typeof setTimeout> | undefined
  let running = false
  const others = new BroadcastChannel(`branchline.draft.${bot}`)

  const isDirty = () => store.getState().history.bot !== store.getState().savedBot
  const later = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), ms)
  }

  async function save(closing = false): Promise<void> {
    const { history, revision, saving } = store.getState()
    if (running || !isDirty() || saving.state === "conflict") return
    running = true
    const document = history.bot
    store.setState({ saving: { state: "saving" } })
    try {
      const body = { document }
      const saved = await call<Saved>("PUT", `/bots/${encodeURIComponent(bot)}/draft`, {
        body,
        headers: { "If-Match": `"${revision}"` },
        keepalive: closing && JSON.stringify(body).length < CLOSING_LIMIT,
      })
      store.setState({
        revision: saved.revision,
        savedBot: document,
        issues: readIssues(saved.issues),
        saving:
          isDirty() && store.getState().history.bot !== document
            ? { state: "dirty" }
            : { state: "saved", at: saved.saved_at },
      })
      others.postMessage({ revision: saved.revision })
      if (!isDirty()) {
        clearTimeout(keeping)
        await forget(bot)
      }
    } catch (failure) {
      failed(failure)
    } finally {
      running = false
      const { state } = store.getState().saving
      if (isDirty() && (state === "saved" || state === "dirty")) later(QUIET_MS)
    }
  }

  function failed(failure: unknown): void {
    const problem =
      failure instanceof Problem ? failure : new Problem(500, { code: "page.error", detail: String(failure) })
    if (problem.status === 412) {
      const { revision = 0, saved_at = Date.now(), saved_by = "" } = problem.meta as Record<string, never>
      store.setState({
        saving: { state: "conflict", revision: Number(revision), at: Number(saved_at), by: String(saved_by) },
        dialog: "conflict",
      })
    } else if (problem.status === 401) store.setState({ saving: { state: "signed_out" } })
    else if (problem.offline || problem.status >= 500 || problem.status === 429) {
      store.setState({ saving: { state: "offline" } })
      later(AGAIN_MS)
    } else {
      store.setState({ saving: { state: "refused", message: problem.message } })
      notify(problem.message, { bad: true })
    }
  }

  const keepNow = () => {
    const { history, revision } = store.getState()
    if (isDirty()) void keep({ bot, document: history.bot, revision, at: Date.now() })
  }

  const stopListening = store.subscribe((now, before) => {
    if (now.history.bot === before.history.bot) return
    if (!isDirty()) {
      clearTimeout(timer)
      clearTimeout(keeping)
      void forget(bot)
      if (now.saving.state !== "saved" && now.saving.state !== "saving" && now.saving.state !== "conflict")
        store.setState({ saving: { state: "saved", at: Date.now() } })
      return
    }
    if (now.saving.state === "saved" || now.saving.state === "refused") store.setState({ saving: { state: "dirty" } })
    clearTimeout(keeping)
    keeping = setTimeout(keepNow, KEEP_MS)
    later(QUIET_MS)
  })

  const again = () => later(0)
  const hide = () => {
    if (document.visibilityState === "hidden") {
      keepNow()
      void save(true)
    }
  }
  const leave = (event: BeforeUnloadEvent) => {
    if (!isDirty()) return
    keepNow()
    void save(true)
    event.preventDefault()
  }
  /** Another tab saved: take its document when nothing was changed here; else the next save tells of the conflict. */
  others.onmessage = async () => {
    if (isDirty() || running) return
    try {
      const draft = await call<Draft>("GET", `/bots/${encodeURIComponent(bot)}/draft`)
      if (isDirty() || draft.revision === store.getState().revision) return
      store.getState().replace(draft.document, draft.revision, readIssues(draft.issues))
      notify(t("saving.other_tab"))
    } catch {
      // The next save finds out.
    }
  }
  window.addEventListener("online", again)
  window.addEventListener("branchline:signed-in", again)
  window.addEventListener("beforeunload", leave)
  document.addEventListener("visibilitychange", hide)
  if (isDirty()) later(0)
  return () => {
    stopListening()
    clearTimeout(timer)
    clearTimeout(keeping)
    keepNow()
    void save(true)
    others.close()
    window.removeEventListener("online", again)
    window.removeEventListener("branchline:signed-in", again)
    window.removeEventListener("beforeunload", leave)
    document.removeEventListener("visibilitychange", hide)
  }
}
