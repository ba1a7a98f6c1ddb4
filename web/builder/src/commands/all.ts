/* Every command once: its words, its keys, when it can be done, and what it does. Menus, keys and the palette share it. */
import {
  actionsOf,
  addLines,
  addNode,
  copy,
  duplicate,
  type Issue,
  lines,
  moveAction,
  nodeOf,
  nodeOfIssue,
  type Point,
  parsePointer,
  paste,
  read,
  removeAction,
  removeNodes,
  removeNote,
  setExit,
  startAt,
  tidy,
} from "../../../document/index.ts"
import { notify } from "../../../ui/notices.tsx"
import { type Key, t } from "../../../ui/t.ts"
import { cut } from "../canvas/Canvas.tsx"
import { toggle } from "../canvas/funnel.ts"
import { said } from "../editing/said.ts"
import type { Editor, EditorStore } from "../editing/store.ts"

const MOST_LINES = 100

export interface Command {
  id: string
  word: Key
  /** As they are shown; `Ctrl` is ⌘ on a Mac. */
  keys?: string
  /** A single letter or arrow works only while the canvas or the outline has the focus. */
  local?: boolean
  edits?: boolean
  when?: (editor: Editor) => boolean
  /** More words in the name, such as what is undone. */
  values?: (editor: Editor) => Record<string, string>
  run: (store: EditorStore) => void
}

const hasNodes = ({ selection }: Editor) => selection.nodes.length > 0
const hasOne = ({ selection }: Editor) => selection.nodes.length === 1
const hasAction = ({ selection, history }: Editor) =>
  selection.nodes.length === 1 &&
  typeof selection.row === "number" &&
  selection.row < actionsOf(nodeOf(history.bot, selection.nodes[0]!)).length

const bot = (store: EditorStore) => store.getState().history.bot
const nodes = (store: EditorStore) => store.getState().selection.nodes

export function tidyUp(store: EditorStore): void {
  const chosen = nodes(store)
  store.getState().make(tidy(bot(store), chosen.length > 1 ? chosen : undefined, chosen[0] ?? bot(store).start))
}

export async function copyNodes(store: EditorStore): Promise<void> {
  const names = nodes(store)
  if (!names.length) return
  try {
    await navigator.clipboard.writeText(copy(bot(store), names))
    notify(t("copied", { count: names.length }))
  } catch {
    notify(t("copy.refused"), { bad: true })
  }
}

export function pasteText(store: EditorStore, words: string, at?: Point): boolean {
  const copied = read(words)
  if (!copied) return false
  const edit = paste(bot(store), copied, at ?? store.getState().view?.middle())
  store.getState().make(edit, { select: { nodes: edit.names }, show: true })
  return true
}

/** Lines of text, pasted onto a chosen row of buttons: each becomes one. */
export function pasteLines(store: EditorStore, words: string): boolean {
  const { selection, make, history } = store.getState()
  const [node] = selection.nodes
  if (node === undefined || selection.row === undefined) return false
  const found = lines(words, MOST_LINES)
  const edit = found.length ? addLines(history.bot, node, selection.row, found) : undefined
  if (edit) make(edit)
  return edit !== undefined
}

export function removeChosen(store: EditorStore): void {
  const { selection, make, history } = store.getState()
  if (selection.edge) cut(store, selection.edge)
  else if (selection.note !== undefined) make(removeNote(history.bot, selection.note), { select: { nodes: [] } })
  else if (hasAction(store.getState()))
    make(removeAction(history.bot, selection.nodes[0]!, Number(selection.row)), { select: { nodes: selection.nodes } })
  else if (selection.nodes.length) removeNamed(store, selection.nodes)
}

export function removeNamed(store: EditorStore, names: readonly string[]): void {
  const { make, history } = store.getState()
  if (names.length >= Object.keys(history.bot.nodes).length) {
    notify(t("remove.last"), { bad: true })
    return
  }
  const edit = removeNodes(history.bot, names)
  make(edit, { select: { nodes: [] } })
  notify(said(edit.says), { action: { label: t("command.undo.short"), run: () => store.getState().undo() } })
}

export function goToIssue(store: EditorStore, issue: Issue): void {
  const { history, select, show, set } = store.getState()
  const name = nodeOfIssue(history.bot, issue)
  const path = parsePointer(issue.pointer)
  if (name === undefined) {
    set({ panel: "bot", panelOpen: true, selection: { nodes: [] } })
    show([], true, issue.pointer)
    return
  }
  const row =
    path[2] === "actions" && typeof path[3] === "number" ? path[3] : path[2] === "exit" ? ("exit" as const) : undefined
  select({ nodes: [name], ...(row === undefined ? {} : { row }) }, "node")
  show([name], true, issue.pointer)
}

let lastIssue = -1
function nextIssue(store: EditorStore, by: 1 | -1): void {
  const { issues } = store.getState()
  if (!issues.length) {
    notify(t("issues.none"))
    return
  }
  lastIssue = (lastIssue + by + issues.length) % issues.length
  store.getState().set({ issuesOpen: true })
  goToIssue(store, issues[lastIssue]!)
}

function moveRow(store: EditorStore, by: 1 | -1): void {
  const { selection, history, make } = store.getState()
  const [name, row] = [selection.nodes[0]!, Number(selection.row)]
  const to = row + by
  if (to < 0 || to >= actionsOf(nodeOf(history.bot, name)).length) return
  make(moveAction(history.bot, name, row, name, by > 0 ? to + 1 : to), { select: { nodes: [name], row: to } })
}

/** Where a menu opens when it was asked for by a key. */
function middleOfScreen(): Point {
  const focused = document.activeElement?.getBoundingClientRect()
  if (focused && focused.width > 0 && focused.width < 400) return [focused.left, focused.bottom + 4]
  return [innerWidth / 2 - 150, innerHeight / 3]
}

export const COMMANDS: readonly Command[] = [
  {
    id: "undo",
    word: "command.undo",
    keys: "Ctrl Z",
    when: ({ history }) => history.done.length > 0,
    values: ({ history }) => ({ what: said(history.done.at(-1)!.says) }),
    run: store => store.getState().undo(),
  },
  {
    id: "redo",
    word: "command.redo",
    keys: "Ctrl Shift Z",
    when: ({ history }) => history.undone.length > 0,
    values: ({ history }) => ({ what: said(history.undone.at(-1)!.says) }),
    run: store => store.getState().redo(),
  },
  { id: "palette", word: "command.palette", keys: "Ctrl K", run: store => store.getState().set({ dialog: "palette" }) },
  {
    id: "find",
    word: "command.find",
    keys: "F",
    local: true,
    run: store => store.getState().set({ dialog: "palette" }),
  },
  {
    id: "add_action",
    word: "command.add_action",
    keys: "A",
    local: true,
    edits: true,
    when: hasOne,
    run: store => {
      const { selection } = store.getState()
      const index = typeof selection.row === "number" ? selection.row + 1 : undefined
      store.getState().set({
        asked: { at: middleOfScreen(), node: selection.nodes[0]!, ...(index === undefined ? {} : { index }) },
      })
    },
  },
  {
    id: "add_node",
    word: "command.add_node",
    keys: "N",
    local: true,
    edits: true,
    run: store => {
      const { view, set } = store.getState()
      set({ asked: { at: middleOfScreen(), ...(view ? { place: view.middle() } : {}) } })
    },
  },
  {
    id: "add_after",
    word: "command.add_after",
    edits: true,
    when: hasOne,
    run: store => {
      const [name] = nodes(store)
      const edit = addNode(
        bot(store),
        { label: t("blank.node"), actions: [{ do: "send_message", text: "" }], exit: { do: "end" } },
        undefined,
        ["nodes", name!, "exit", ...mainWay(store, name!)],
      )
      store.getState().make(edit, { select: { nodes: [edit.name], row: 0 }, focus: true })
    },
  },
  {
    id: "copy",
    word: "command.copy",
    keys: "Ctrl C",
    local: true,
    when: hasNodes,
    run: store => void copyNodes(store),
  },
  {
    id: "duplicate",
    word: "command.duplicate",
    keys: "Ctrl D",
    local: true,
    edits: true,
    when: hasNodes,
    run: store => {
      const edit = duplicate(bot(store), nodes(store))
      store.getState().make(edit, { select: { nodes: edit.names }, show: true })
    },
  },
  {
    id: "remove",
    word: "command.remove",
    keys: "Delete",
    local: true,
    edits: true,
    when: editor => hasNodes(editor) || editor.selection.edge !== undefined || editor.selection.note !== undefined,
    run: removeChosen,
  },
  {
    id: "rename",
    word: "command.rename",
    keys: "F2",
    local: true,
    edits: true,
    when: hasOne,
    run: store => {
      const [name] = nodes(store)
      store.getState().select({ nodes: [name!] }, "node")
      store.getState().show([name!], true, "label")
    },
  },
  {
    id: "start_here",
    word: "command.start_here",
    edits: true,
    when: editor => hasOne(editor) && editor.history.bot.start !== editor.selection.nodes[0],
    run: store => store.getState().make(startAt(bot(store), nodes(store)[0]!)),
  },
  {
    id: "row_up",
    word: "command.row_up",
    keys: "Alt Shift ↑",
    edits: true,
    when: hasAction,
    run: store => moveRow(store, -1),
  },
  {
    id: "row_down",
    word: "command.row_down",
    keys: "Alt Shift ↓",
    edits: true,
    when: hasAction,
    run: store => moveRow(store, 1),
  },
  {
    id: "select_all",
    word: "command.select_all",
    keys: "Ctrl A",
    local: true,
    run: store => store.getState().select({ nodes: Object.keys(bot(store).nodes) }),
  },
  { id: "tidy", word: "command.tidy", keys: "Shift Alt T", edits: true, run: tidyUp },
  { id: "fit", word: "command.fit", keys: "Shift 1", local: true, run: store => store.getState().view?.fit() },
  {
    id: "fit_selection",
    word: "command.fit_selection",
    keys: "Shift 2",
    local: true,
    when: hasNodes,
    run: store => store.getState().view?.fit(nodes(store)),
  },
  { id: "zoom_in", word: "command.zoom_in", keys: "+", local: true, run: store => store.getState().view?.zoom(1.25) },
  { id: "zoom_out", word: "command.zoom_out", keys: "-", local: true, run: store => store.getState().view?.zoom(0.8) },
  { id: "next_issue", word: "command.next_issue", keys: "F8", run: store => nextIssue(store, 1) },
  { id: "last_issue", word: "command.last_issue", keys: "Shift F8", run: store => nextIssue(store, -1) },
  {
    id: "outline",
    word: "command.outline",
    keys: "O",
    local: true,
    run: store => store.getState().set({ outline: !store.getState().outline }),
  },
  { id: "publish", word: "command.publish", run: store => store.getState().set({ dialog: "publish" }) },
  {
    id: "versions",
    word: "command.versions",
    run: store => store.getState().set({ panel: "versions", panelOpen: true }),
  },
  {
    id: "test",
    word: "command.test",
    keys: "T",
    local: true,
    edits: true,
    run: store => store.getState().set({ panel: "test", panelOpen: true }),
  },
  {
    id: "settings",
    word: "command.settings",
    run: store => store.getState().set({ panel: "bot", panelOpen: true }),
  },
  {
    id: "funnel",
    word: "top.funnel",
    keys: "H",
    local: true,
    when: ({ mayCount }) => mayCount,
    run: toggle,
  },
  { id: "keys", word: "command.keys", keys: "?", local: true, run: store => store.getState().set({ dialog: "keys" }) },
]

function mainWay(store: EditorStore, name: string): readonly string[] {
  const exit = nodeOf(bot(store), name)?.exit.do
  if (exit === "wait_for_reply") return ["go_to"]
  if (exit === "route") return ["otherwise"]
  if (exit === "end") store.getState().make(setExit(bot(store), name, { do: "go_to", node: "" }))
  return ["node"]
}

export function nameOf(command: Command, editor: Editor): string {
  const possible = !command.when || command.when(editor)
  return t(command.word, possible && command.values ? command.values(editor) : { what: "" }).replace(/[:：]\s*$/, "")
}

const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform)

export function shownKeys(keys: string): string {
  return MAC ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Shift", "⇧") : keys
}

/** Does an event press these keys? */
export function presses(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split(" ")
  const key = parts.at(-1)!
  const ctrl = event.ctrlKey || event.metaKey
  if (parts.includes("Ctrl") !== ctrl || parts.includes("Alt") !== event.altKey) return false
  if (key === "?" || key === "+") return event.key === key
  if (parts.includes("Shift") !== event.shiftKey) return false
  if (key === "↑") return event.key === "ArrowUp"
  if (key === "↓") return event.key === "ArrowDown"
  if (/^\d$/.test(key)) return event.code === `Digit${key}`
  if (key === "Delete") return event.key === "Delete" || event.key === "Backspace"
  return event.key.toLowerCase() === key.toLowerCase() || (event.altKey && event.code === `Key${key}`)
}
