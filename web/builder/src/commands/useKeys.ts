/* Keys, everywhere in the builder: commands by their keys, copying and pasting of nodes. */
import { useEffect } from "react"
import { PASTE_LIMIT } from "../../../document/index.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { useEditorStore } from "../editing/store.ts"
import { COMMANDS, pasteLines, pasteText, presses } from "./all.ts"

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"

export function useKeys(): void {
  const store = useEditorStore()
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const editor = store.getState()
      const target = event.target as Element
      const typing = target.matches(TYPING)
      const inDialog = target.closest("[role=dialog], [role=menu], [role=listbox]") !== null
      const local = target === document.body || target.closest(".canvas, .outline") !== null
      for (const command of COMMANDS) {
        if (!command.keys || !presses(event, command.keys)) continue
        // A text field undoes its own typing; F8 and Ctrl K work everywhere.
        if (typing && (command.local || command.id === "undo" || command.id === "redo")) continue
        if (inDialog || (command.local && !local)) continue
        if (command.edits && editor.readOnly) continue
        if (command.when && !command.when(editor)) continue
        if (command.local && /^[A-Za-z?+-]$/.test(command.keys) && localStorage.getItem("branchline.letters") === "off")
          continue
        event.preventDefault()
        command.run(store)
        return
      }
    }
    const pasted = (event: ClipboardEvent) => {
      if ((event.target as Element).closest?.("[role=dialog]")) return
      const typing = (event.target as Element).matches?.(TYPING)
      const words = event.clipboardData?.getData("text/plain") ?? ""
      if (words.length > PASTE_LIMIT) {
        event.preventDefault()
        notify(t("paste.too_large", { size: String(Math.ceil(words.length / 1_048_576)) }), { bad: true })
        return
      }
      if (typing || store.getState().readOnly) return
      if (pasteText(store, words) || pasteLines(store, words)) event.preventDefault()
      else if (words.includes("branchline_nodes")) notify(t("paste.unreadable"), { bad: true })
    }
    window.addEventListener("keydown", down)
    window.addEventListener("paste", pasted)
    return () => {
      window.removeEventListener("keydown", down)
      window.removeEventListener("paste", pasted)
    }
  }, [store])
}
