/* All bots: which is live, what is being changed, and the way to a new one. */
import { Button, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Bot, Plus, Search } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Ago, Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { may, useMe } from "../state.ts"

const NewBot = lazy(() => import("./NewBot.tsx").then(each => ({ default: each.NewBot })))

type BotHead = components["schemas"]["BotHead"]
type BotList = components["schemas"]["BotList"]

/** So many bots need a search. */
const MANY = 8

export function Bots() {
  const me = useMe()
  const bots = useQuery({ queryKey: ["bots"], queryFn: () => call<BotList>("GET", "/bots") })
  const [adding, setAdding] = useState(false)
  const [typed, setTyped] = useState("")
  const fits = (line: BotHead) => `${line.name} ${line.bot}`.toLowerCase().includes(typed.toLowerCase())
  const add = may(me, "bots.edit") && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t("bots.new")}
    </Button>
  )
  return (
    <main className="page" id="page" tabIndex={-1}>
      <div className="wide">
        <div className="page-head">
          <h1 className="grow">{t("bots.title")}</h1>
          {(bots.data?.bots.length ?? 0) > MANY && (
            <TextInput
              aria-label={t("bots.search")}
              placeholder={t("bots.search")}
              leftSection={<Search size={15} aria-hidden />}
              value={typed}
              onChange={event => setTyped(event.currentTarget.value)}
            />
          )}
          {add}
        </div>
        {bots.isPending ? (
          <Waiting />
        ) : bots.isError ? (
          <Failure failure={bots.error} retry={() => void bots.refetch()} />
        ) : bots.data.bots.length === 0 ? (
          <div className="card">
            <Empty icon={Bot} title={t("bots.none")}>
              <p className="dim">{t("bots.none.text")}</p>
              {add}
            </Empty>
          </div>
        ) : (
          <ul className="bot-list">
            {bots.data.bots.filter(fits).map(line => (
              <li key={line.bot} className="bot-card">
                <h2>
                  <Link href={`/bots/${line.bot}`}>{line.name || line.bot}</Link>
                </h2>
                <span className="dim small mono">{line.bot}</span>
                <span className="foot">
                  {line.version ? (
                    <span className="chip ok">{t("bots.live", { version: String(line.version) })}</span>
                  ) : (
                    <span className="chip">{t("bots.never")}</span>
                  )}
                  {line.draft && (
                    <span className="chip on">
                      <span>
                        {t("bots.draft")} <Ago at={line.draft.saved_at} />
                      </span>
                    </span>
                  )}
                  {line.errors > 0 && <span className="chip bad">{t("issues.errors", { count: line.errors })}</span>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Suspense fallback={null}>
        {adding && <NewBot close={() => setAdding(false)} taken={(bots.data?.bots ?? []).map(line => line.bot)} />}
      </Suspense>
    </main>
  )
}
