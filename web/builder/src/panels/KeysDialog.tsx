/* All keys, from the same table as the commands. */
import { Modal, Switch } from "@mantine/core"
import { useState } from "react"
import { t } from "../../../ui/t.ts"
import { COMMANDS, shownKeys } from "../commands/all.ts"
import { useEditorStore } from "../editing/store.ts"

const MORE = [
  ["keys.walk", "← → ↑ ↓"],
  ["keys.nudge", "Alt ← → ↑ ↓"],
  ["keys.edit", "Enter"],
  ["keys.paste", "Ctrl V"],
  ["keys.select", "Shift"],
] as const

export function KeysDialog() {
  const store = useEditorStore()
  const [letters, setLetters] = useState(localStorage.getItem("branchline.letters") !== "off")
  return (
    <Modal opened size={640} onClose={() => store.getState().set({ dialog: null })} title={t("command.keys")}>
      <dl className="keys">
        {COMMANDS.filter(command => command.keys).map(command => (
          <div key={command.id}>
            <dt>{t(command.word, { what: "" }).replace(/[:：]\s*$/, "")}</dt>
            <dd>
              <kbd className="kbd">{shownKeys(command.keys!)}</kbd>
            </dd>
          </div>
        ))}
        {MORE.map(([word, keys]) => (
          <div key={word}>
            <dt>{t(word)}</dt>
            <dd>
              <kbd className="kbd">{shownKeys(keys)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label={t("keys.letters")}
        description={t("keys.letters.help")}
        checked={letters}
        onChange={event => {
          setLetters(event.currentTarget.checked)
          localStorage.setItem("branchline.letters", event.currentTarget.checked ? "on" : "off")
        }}
      />
    </Modal>
  )
}
