/*
 * The state of one open bot. Three kinds: the document with its history (undoable, saved), what the person looks at
 * (selection, panels: never undoable), and what the server says (issues, saved state).
 */
import { createContext, useContext } from "react"
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { Bot, Edit, Entry, History, Issue, Path, Point, RowOf } from "../../../document/index.ts"
import { actionsOf, at, has, history, nodeOf } from "../../../document/index.ts"
import type { components } from "../../../protocol/api.d.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { said } from "./said.ts"

export type FailingEndpoint = components["schemas"]["FailingEndpoint"]

export interface Selection {
  nodes: readonly string[]
  /** The row that is selected in the one selected node: an action, or its exit. */
  row?: number | "exit"
  note?: number
  edge?: { source: string; way: string }
}

export type Saving =
  | { state: "saved"; at: number }
  | { state: "dirty" | "saving" }
  | { state: "offline" | "signed_out" }
  | { state: "refused"; message: string }
  | { state: "conflict"; revision: number; at: number; by: string }

export type Panel = "node" | "test" | "bot" | "versions"
export type Dialog = "publish" | "palette" | "keys" | "conflict" | null

/** Where a menu of actions opens, and what is done with the choice. */
export interface Asked {
  at: Point
  /** Add to this node at a position … */
  node?: string
  index?: number
  /** … or make a node of it, at a place of the canvas and led to by a way. */
  place?: Point
  from?: Path
  /** … or put a node into a way. */
  between?: { source: string; way: string }
}

/** What the canvas can do for commands. */
export interface View {
  fit(names?: readonly string[]): void
  zoom(by: number): void
  middle(): Point
  focus(name: string): void
}

export interface Comparing {
  before: Bot
  title: string
}

export interface Editor {
  bot: string
  readOnly: boolean
  /** May this person see interactions, and how far visitors get? */
  mayCount: boolean
  /** The endpoints that fail just now, by name. */
  failing: ReadonlyMap<string, FailingEndpoint>
  history: History
  revision: number
  /** What the server has. */
  savedBot: Bot
  saving: Saving
  issues: readonly Issue[]
  selection: Selection
  panel: Panel
  panelOpen: boolean
  outline: boolean
  issuesOpen: boolean
  dialog: Dialog
  asked: Asked | null
  comparing: Comparing | null
  /** The endpoint of which action is tested. */
  testing: { node: string; action: number } | null
  hovered: string | null
  /** The row of a card that is changed in place. */
  typing: { node: string; row: RowOf } | null
  view: View | null
  /** What is to be looked at: the view goes there, and it pulses. `focus` puts the keyboard into its form. */
  shown: { names: readonly string[]; at: number; focus: boolean; field?: string } | null
  make(edit: Edit, more?: { select?: Selection; show?: boolean; focus?: boolean }): void
  undo(): void
  redo(): void
  select(selection: Selection, panel?: Panel): void
  show(names: readonly string[], focus?: boolean, field?: string): void
  set(change: Partial<Omit<Editor, "history">>): void
  /** Take another document in place of this one: what the server has. */
  replace(bot: Bot, revision: number, issues: readonly Issue[]): void
}

export type EditorStore = ReturnType<typeof createEditor>

export interface Opened {
  bot: string
  document: Bot
  revision: number
  issues: readonly Issue[]
  savedAt: number
  readOnly: boolean
  mayCount: boolean
}

export function createEditor(opened: Opened) {
  return createStore<Editor>((set, get) => ({
    bot: opened.bot,
    readOnly: opened.readOnly,
    mayCount: opened.mayCount,
    failing: new Map(),
    history: history.begin(opened.document),
    revision: opened.revision,
    savedBot: opened.document,
    saving: { state: "saved", at: opened.savedAt },
    issues: opened.issues,
    selection: { nodes: [] },
    panel: "node",
    panelOpen: true,
    outline: false,
    issuesOpen: opened.issues.length > 0,
    dialog: null,
    asked: null,
    comparing: null,
    testing: null,
    hovered: null,
    typing: null,
    view: null,
    shown: null,
    make(edit, { select, show, focus } = {}) {
      if (get().readOnly) {
        notify(t("builder.read_only"))
        return
      }
      const next = history.make(get().history, edit, Date.now())
      if (next === get().history && !select) return
      set({
        history: next,
        ...(select ? { selection: select, panel: "node" as const } : {}),
        ...(show || focus ? { shown: { names: edit.touches, at: Date.now(), focus: focus ?? false } } : {}),
      })
    },
    undo() {
      const entry = get().history.done.at(-1)
      if (entry) went(get, set, history.undo(get().history), entry, "undo.done")
    },
    redo() {
      const entry = get().history.undone.at(-1)
      if (entry) went(get, set, history.redo(get().history), entry, "redo.done")
    },
    select(selection, panel) {
      set({ selection, ...(panel ? { panel, panelOpen: true } : {}) })
    },
    show(names, focus = false, field) {
      set({ shown: { names, at: Date.now(), focus, ...(field === undefined ? {} : { field }) } })
    },
    set,
    replace(bot, revision, issues) {
      set({
        history: history.begin(bot),
        savedBot: bot,
        revision,
        issues,
        saving: { state: "saved", at: Date.now() },
        selection: { nodes: get().selection.nodes.filter(name => has(bot, name)) },
      })
    },
  }))
}

/** After undoing or doing again: only what is there stays selected, and the view goes to what changed. */
function went(
  get: () => Editor,
  set: (change: Partial<Editor>) => void,
  next: History,
  entry: Entry,
  key: "undo.done" | "redo.done",
): void {
  const names = entry.touches.filter(name => has(next.bot, name))
  set({
    history: next,
    // what is open stays open: the next thing is often typed there
    selection: stillThere(next.bot, get().selection),
    ...(names.length ? { shown: { names, at: Date.now(), focus: false } } : {}),
  })
  notify(t(key, { what: said(entry.says) }))
}

/** What is left of a selection: the row of a node as long as the node has so many. */
function stillThere(bot: Bot, selection: Selection): Selection {
  const nodes = selection.nodes.filter(name => has(bot, name))
  const [only] = nodes
  const row = selection.row ?? "exit"
  const fits = row === "exit" || (only !== undefined && row < actionsOf(nodeOf(bot, only)).length)
  return nodes.length === selection.nodes.length && fits ? selection : { nodes }
}

export const EditorContext = createContext<EditorStore | null>(null)

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext)
  if (!store) throw new Error("There is no editor here.")
  return store
}

export function useEditor<T>(select: (editor: Editor) => T): T {
  return useStore(useEditorStore(), select)
}

export function useBot(): Bot {
  return useEditor(editor => editor.history.bot)
}

/** What stands at a path of the bot: drawn anew when that changes, not at every key that is pressed elsewhere. */
export function useAt(...path: Path): unknown {
  return useEditor(editor => at(editor.history.bot, path))
}
