/* One click that mends an issue, where there is an obvious one. */
import {
  addEndpoint,
  at,
  type Edit,
  type Issue,
  isMapping,
  nodeOfIssue,
  type PatchEdit,
  type Path,
  type Point,
  parsePointer,
  patch,
  put,
  removeEndpoint,
  text,
  titleOf,
} from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { goToIssue, removeNamed } from "../commands/all.ts"
import type { EditorStore } from "../editing/store.ts"

export interface Fix {
  label: string
  run: (at: Point) => void
}

/** What the server offers: its words, and a JSON Patch of the document. */
interface Offered {
  label: string
  edits: PatchEdit[]
}

export function fixOf(store: EditorStore, issue: Issue): Fix | undefined {
  const bot = store.getState().history.bot
  const path = parsePointer(issue.pointer)
  const name = nodeOfIssue(bot, issue)
  const offered = isMapping(issue.fix) ? (issue.fix as unknown as Offered) : undefined
  if (offered && Array.isArray(offered.edits))
    return {
      label: text(offered.label) || t("fix.do"),
      run: () =>
        store.getState().make(
          {
            says: ["fix", { what: text(offered.label) || t("fix.do") }],
            touches: name === undefined ? [] : [name],
            change: draft => patch(draft, structuredClone(offered.edits)),
          },
          { show: true },
        ),
    }
  if (issue.code === "node.open" || issue.code === "node.unknown")
    return name === undefined ? undefined : { label: t("fix.connect"), run: () => goToIssue(store, issue) }
  if (issue.code === "node.unreachable" && name !== undefined)
    return { label: t("fix.remove_node"), run: () => removeNamed(store, [name]) }
  if (issue.code === "failure.unrouted" || issue.code === "tries.endless")
    return { label: t("fix.add_way"), run: point => addWay(store, issue, path, point) }
  if (issue.code === "endpoint.unused" && path[0] === "endpoints")
    return { label: t("fix.remove"), run: () => store.getState().make(removeEndpoint(bot, String(path[1]))) }
  if (issue.code === "endpoint.unknown")
    return {
      label: t("fix.make_endpoint"),
      run: () => {
        const place = path.at(-1) === "endpoint" ? path : [...path, "endpoint"]
        const edit = addEndpoint(bot, text(at(bot, place)), { url: "https://" })
        store.getState().make(edit)
        if (text(at(bot, place)) !== edit.name) set(store, place, edit.name, issue)
        store.getState().set({ panel: "bot", panelOpen: true })
        store.getState().show([], true, `/endpoints/${edit.name}/url`)
      },
    }
  if (issue.code === "route.repeated_case") {
    const place = path.slice(0, path.indexOf("cases") + 2)
    return { label: t("fix.remove_case"), run: () => set(store, place, undefined, issue) }
  }
  if (issue.code === "shape.unknown_key")
    return { label: t("fix.remove"), run: () => set(store, path, undefined, issue) }
  return undefined
}

function set(store: EditorStore, path: Path, value: unknown, issue: Issue): void {
  const { history, make } = store.getState()
  const name = nodeOfIssue(history.bot, issue)
  const edit: Edit = {
    says:
      name === undefined
        ? ["change_settings", { setting: String(path[0] ?? "") }]
        : ["change_exit", { node: titleOf(history.bot, name) }],
    touches: name === undefined ? [] : [name],
    change: draft => put(draft, path, value),
  }
  make(edit, { show: true })
}

/** An open failure: choose what happens then, as for any other way. */
function addWay(store: EditorStore, issue: Issue, path: Path, point: Point): void {
  const { history, set: change } = store.getState()
  const name = nodeOfIssue(history.bot, issue)
  if (name === undefined) return
  const place = issue.code === "tries.endless" ? ["nodes", name, "exit", "failed"] : [...path.slice(0, 4), "failed"]
  change({ asked: { at: point, from: place } })
}
