/* Words that work anywhere in a bot. */
import { Select } from "@mantine/core"
import { Trash2 } from "lucide-react"
import { isMapping, list, text, type Word } from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { NodeField } from "../forms/choose.tsx"
import { AddButton, Group } from "../forms/field.tsx"
import { ListField } from "../forms/lists.tsx"
import type { Put } from "./BotSettings.tsx"

export function Words({ set }: { set: Put }) {
  const readOnly = useEditor(editor => editor.readOnly)
  const words = list<Word>(useAt("words")).filter(isMapping) as unknown as Word[]
  const put = (next: Word[]) => set(["words"], next.length ? next : undefined)
  return (
    <Group label={t("settings.words")} help={t("settings.words.help")} pointer="/words">
      {words.map((word, index) => (
        <div key={index} className="sub-card stack tight" data-pointer={`/words/${index}`}>
          <div className="row end">
            <div className="grow">
              <ListField
                label={t("words.words")}
                value={word.words}
                pointer={`/words/${index}/words`}
                required
                change={value => put(words.with(index, { ...word, words: value ?? [] }))}
                disabled={readOnly}
              />
            </div>
            {!readOnly && (
              <IconButton
                icon={Trash2}
                label={t("field.remove")}
                size={34}
                onClick={() => put(words.toSpliced(index, 1))}
              />
            )}
          </div>
          <Select
            label={t("words.does")}
            data-pointer={`/words/${index}/action`}
            data={[
              { value: "restart", label: t("words.restart") },
              { value: "back", label: t("words.back") },
              { value: "go_to", label: t("words.go_to") },
            ]}
            value={text(word.action) || "go_to"}
            allowDeselect={false}
            disabled={readOnly}
            onChange={does =>
              put(
                words.with(
                  index,
                  does === "go_to"
                    ? { words: word.words, go_to: text(word.go_to) }
                    : { words: word.words, action: does },
                ),
              )
            }
          />
          {!word.action && (
            <NodeField
              label={t("words.node")}
              value={word.go_to}
              pointer={`/words/${index}/go_to`}
              required
              change={value => put(words.with(index, { words: word.words, go_to: value ?? "" }))}
              disabled={readOnly}
            />
          )}
        </div>
      ))}
      <AddButton
        label={t("words.add")}
        disabled={readOnly}
        onClick={() => put([...words, { words: [], action: "restart" }])}
      />
    </Group>
  )
}
