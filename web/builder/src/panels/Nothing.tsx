/* The panel of a node while none is selected. */
import { Button } from "@mantine/core"
import { MousePointerClick, Plus } from "lucide-react"
import { nodesOf } from "../../../document/index.ts"
import { Empty } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { COMMANDS } from "../commands/all.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"

export function Nothing() {
  const store = useEditorStore()
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const count = Object.keys(nodesOf(bot)).length
  return (
    <Empty icon={MousePointerClick} title={t("inspector.nothing")}>
      <p className="dim">{t("inspector.nothing.text", { count })}</p>
      {!readOnly && (
        <Button
          variant="default"
          leftSection={<Plus size={15} aria-hidden />}
          onClick={() => COMMANDS.find(each => each.id === "add_node")!.run(store)}
        >
          {t("command.add_node")}
        </Button>
      )}
    </Empty>
  )
}
