/* The data of the try as it is now: what changed in the last turn, old to new, and a way to set it by hand. */
import { Button } from "@mantine/core"
import { useState } from "react"
import { t } from "../../../ui/t.ts"
import { attempt } from "./attempt.ts"
import { filled, Items } from "./Items.tsx"
import { give, type Item, useTrial } from "./trial.ts"

export function Data() {
  const view = useTrial(state => state.view)
  const [items, setItems] = useState<Item[]>([])
  const changes = new Map(view?.turns.at(-1)?.data.map(change => [change.name, change]))
  const set = async () => {
    if (await attempt(give(filled(items)))) setItems([])
  }
  return (
    <div className="stack">
      {view?.data.length ? (
        <dl className="try-data">
          {view.data.map(datum => {
            const change = changes.get(datum.name)
            return (
              <div key={datum.name} className={change ? "changed" : undefined}>
                <dt>{datum.name}</dt>
                <dd>
                  {change && (
                    <>
                      <s>{change.before ?? t("try.not_set")}</s> →{" "}
                    </>
                  )}
                  <span>{datum.data}</span>
                  {change && <p className="dim">{change.words}</p>}
                </dd>
              </div>
            )
          })}
        </dl>
      ) : (
        <p className="dim">{t("try.data.none")}</p>
      )}
      <Items items={items} change={setItems} />
      {filled(items).length > 0 && (
        <div>
          <Button size="compact-sm" variant="light" onClick={() => void set()}>
            {t("try.data.set")}
          </Button>
        </div>
      )}
    </div>
  )
}
