/* Pairs of a name and a value, typed by hand; names that the bot knows are offered. */
import { Autocomplete, Button, TextInput } from "@mantine/core"
import { Plus, X } from "lucide-react"
import { useMemo } from "react"
import { knownData } from "../../../document/data.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useBot } from "../editing/store.ts"
import type { Item } from "./trial.ts"

export function Items({ items, change }: { items: Item[]; change: (items: Item[]) => void }) {
  const bot = useBot()
  const names = useMemo(() => knownData(bot).map(known => known.name), [bot])
  const put = (index: number, part: Partial<Item>) =>
    change(items.map((item, at) => (at === index ? { ...item, ...part } : item)))
  return (
    <div className="stack tight">
      {items.map((item, index) => (
        <div key={index} className="row">
          <Autocomplete
            className="grow"
            size="xs"
            aria-label={t("try.data.name")}
            placeholder={t("try.data.name")}
            data={names}
            value={item.name}
            maxLength={191}
            onChange={name => put(index, { name })}
          />
          <TextInput
            className="grow"
            size="xs"
            aria-label={t("try.data.value")}
            placeholder={t("try.data.value")}
            value={item.data}
            maxLength={510}
            onChange={event => put(index, { data: event.currentTarget.value })}
          />
          <IconButton
            icon={X}
            size={26}
            label={t("try.data.remove", { name: item.name })}
            onClick={() => change(items.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<Plus size={13} aria-hidden />}
          onClick={() => change([...items, { name: "", data: "" }])}
        >
          {t("try.data.add")}
        </Button>
      </div>
    </div>
  )
}

export const filled = (items: Item[]): Item[] => items.filter(item => item.name.trim() !== "")
