/* The data of the try as it is now: what changed in the last turn, old to new; any of it may be set by hand, to go on. */
import { Button, TextInput } from "@mantine/core"
import { Pencil } from "lucide-react"
import { useState } from "react"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { attempt } from "./attempt.ts"
import { filled, Items } from "./Items.tsx"
import { give, type Item, useTrial, type View } from "./trial.ts"

type Datum = View["data"][number]
type Change = View["turns"][number]["data"][number]

export function Data() {
  const view = useTrial(state => state.view)
  const [items, setItems] = useState<Item[]>([])
  const [editing, setEditing] = useState("")
  const changes = new Map(view?.turns.at(-1)?.data.map(change => [change.name, change]))
  const set = async () => {
    if (await attempt(give(filled(items)))) setItems([])
  }
  return (
    <div className="stack">
      {view?.data.length ? (
        <dl className="try-data">
          {view.data.map(datum =>
            datum.name === editing ? (
              <Edited key={datum.name} datum={datum} done={() => setEditing("")} />
            ) : (
              <Line
                key={datum.name}
                datum={datum}
                change={changes.get(datum.name)}
                edit={() => setEditing(datum.name)}
              />
            ),
          )}
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

function Line({ datum, change, edit }: { datum: Datum; change: Change | undefined; edit: () => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pencil does the same
    <div className={change ? "changed" : undefined} onDoubleClick={edit}>
      <dt>{datum.name}</dt>
      <dd className="row">
        <div className="grow">
          {change && (
            <>
              <s>{change.before ?? t("try.not_set")}</s> →{" "}
            </>
          )}
          <span>{datum.data}</span>
          {change && <p className="dim">{change.words}</p>}
        </div>
        <IconButton icon={Pencil} size={24} label={t("try.data.edit", { name: datum.name })} onClick={edit} />
      </dd>
    </div>
  )
}

/** Enter sets it and the conversation goes on with it; Escape leaves it as it was. */
function Edited({ datum, done }: { datum: Datum; done: () => void }) {
  const [typed, setTyped] = useState(datum.data)
  const set = async () => {
    if (typed === datum.data || (await attempt(give([{ name: datum.name, data: typed }])))) done()
  }
  return (
    <div>
      <dt>{datum.name}</dt>
      <dd>
        <form
          className="row"
          onSubmit={event => {
            event.preventDefault()
            void set()
          }}
        >
          <TextInput
            className="grow"
            size="xs"
            autoFocus
            aria-label={t("try.data.value_of", { name: datum.name })}
            value={typed}
            maxLength={510}
            onChange={event => setTyped(event.currentTarget.value)}
            onKeyDown={event => event.key === "Escape" && done()}
          />
          <Button type="submit" size="xs" variant="light">
            {t("try.data.set_one")}
          </Button>
        </form>
      </dd>
    </div>
  )
}
