/* The systems that published bots ask: whether they are called, what came of the last calls, and their secrets. */
import { Button, Tabs } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { ChevronDown, ChevronRight, Globe } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import { Link, useSearchParams } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Screen } from "../console/parts.tsx"
import { CallItem } from "../interactions/CallItem.tsx"
import { may, useMe } from "../state.ts"
import { Secrets } from "./Secrets.tsx"

type Line = components["schemas"]["EndpointLine"]
const AGAIN_MS = 5_000

export default function Endpoints() {
  const me = useMe()
  const [search, setSearch] = useSearchParams()
  const secrets = may(me, "secrets.manage")
  const tab = secrets && search.get("tab") === "secrets" ? "secrets" : "endpoints"
  return (
    <Screen title={t("endpoints.title")}>
      <Tabs value={tab} onChange={chosen => setSearch(chosen === "secrets" ? { tab: "secrets" } : {})}>
        <Tabs.List mb="md">
          <Tabs.Tab value="endpoints">{t("endpoints.tab")}</Tabs.Tab>
          {secrets && <Tabs.Tab value="secrets">{t("secrets.tab")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="endpoints">{tab === "endpoints" && <List />}</Tabs.Panel>
        {secrets && <Tabs.Panel value="secrets">{tab === "secrets" && <Secrets />}</Tabs.Panel>}
      </Tabs>
    </Screen>
  )
}

function List() {
  const list = useQuery({
    queryKey: ["endpoints"],
    queryFn: () => call<components["schemas"]["EndpointList"]>("GET", "/endpoints"),
    refetchInterval: AGAIN_MS,
  })
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  if (list.data.endpoints.length === 0)
    return (
      <div className="card">
        <Empty icon={Globe} title={t("endpoints.none")}>
          <p className="dim">{t("endpoints.none.text")}</p>
        </Empty>
      </div>
    )
  return (
    <ul className="cards">
      {list.data.endpoints.map(line => (
        <One key={`${line.bot}/${line.name}`} line={line} />
      ))}
    </ul>
  )
}

function One({ line }: { line: Line }) {
  const me = useMe()
  const client = useQueryClient()
  const [search] = useSearchParams()
  const isAsked = search.get("open") === `${line.bot}/${line.name}`
  const [opened, setOpened] = useState(isAsked)
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isAsked) item.current?.scrollIntoView({ block: "center" })
  }, [isAsked])
  const path = `/bots/${encodeURIComponent(line.bot)}/endpoints/${encodeURIComponent(line.name)}`
  const missing = line.secrets.filter(one => !one.set).map(one => one.name)
  const reset = async () => {
    try {
      await call("POST", `${path}/reset`)
      notify(t("endpoints.reset.done", { name: line.name }))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
    await client.invalidateQueries({ queryKey: ["endpoints"] })
  }
  return (
    <li className="card" ref={item}>
      <div className="row">
        <h2>{line.name}</h2>
        <Link href={`/bots/${encodeURIComponent(line.bot)}`}>{line.bot_name}</Link>
        {line.disabled ? (
          <span className="chip">{t("endpoints.off")}</span>
        ) : line.breaker ? (
          <span className="chip bad">{t("endpoints.open")}</span>
        ) : (
          <span className="chip ok">{t("endpoints.closed")}</span>
        )}
        <span className="grow" />
        {line.breaker && may(me, "endpoints.manage") && (
          <Button size="xs" variant="default" onClick={() => void reset()}>
            {t("endpoints.reset")}
          </Button>
        )}
      </div>
      <div className="mono small wrap">{line.url}</div>
      <div className="dim small">
        {t("endpoints.deadline", { deadline: line.deadline })} ·{" "}
        {line.signed ? t("endpoints.signed") : t("endpoints.not_signed")}
        {line.safe_to_repeat && ` · ${t("endpoints.repeat")}`}
      </div>
      {line.breaker && (
        <p className="small">
          {t("endpoints.open.text", { count: line.breaker.failures })}{" "}
          {line.breaker.until > Date.now() ? <Ago at={line.breaker.until} /> : t("endpoints.open.due")}
        </p>
      )}
      {missing.length > 0 && <p className="problem small">{t("endpoints.missing", { names: missing.join(", ") })}</p>}
      {may(me, "interactions.read") && (
        <button
          type="button"
          className="plain link small row"
          aria-expanded={opened}
          aria-label={t("endpoints.show", { name: line.name })}
          onClick={() => setOpened(now => !now)}
        >
          {opened ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          {t("endpoints.calls")}
        </button>
      )}
      {opened && <Calls path={path} />}
    </li>
  )
}

function Calls({ path }: { path: string }) {
  const found = useQuery({
    queryKey: ["endpoints", path],
    queryFn: () => call<components["schemas"]["WholeEndpoint"]>("GET", path),
  })
  if (found.isPending) return <Waiting />
  if (found.isError) return <Failure failure={found.error} />
  const { calls, looked_at } = found.data
  if (calls.length === 0) return <p className="dim small">{t("endpoints.calls.none", { count: looked_at })}</p>
  return (
    <ul className="entry-list">
      {calls.map(one => (
        <CallItem key={one.call.token} made={one.call}>
          <Link href={`/interactions/${one.interaction}`}>{t("delivery.interaction")}</Link>
        </CallItem>
      ))}
    </ul>
  )
}
