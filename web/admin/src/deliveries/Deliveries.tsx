/* What is owed to the company's own systems: every delivery with its state, and the targets themselves. */
import { NativeSelect, Tabs } from "@mantine/core"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { Send } from "lucide-react"
import { Link, useSearchParams } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Ago, Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Screen } from "../console/parts.tsx"
import { Older, Table } from "../console/Table.tsx"
import { DeliveryState } from "./DeliveryState.tsx"
import { Targets } from "./Targets.tsx"
import { targetsQuery } from "./targets.ts"

type Page = components["schemas"]["DeliveryPage"]
type Line = components["schemas"]["DeliveryLine"]
/** What is owed changes by itself; it is looked at this often while the page is open. */
const AGAIN_MS = 5_000

export default function Deliveries() {
  const [search, setSearch] = useSearchParams()
  const tab = search.get("tab") === "targets" ? "targets" : "deliveries"
  return (
    <Screen title={t("deliveries.title")}>
      <Tabs value={tab} onChange={chosen => setSearch(chosen === "targets" ? { tab: "targets" } : {})}>
        <Tabs.List mb="md">
          <Tabs.Tab value="deliveries">{t("deliveries.tab")}</Tabs.Tab>
          <Tabs.Tab value="targets">{t("deliveries.targets")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="deliveries">{tab === "deliveries" && <List />}</Tabs.Panel>
        <Tabs.Panel value="targets">{tab === "targets" && <Targets />}</Tabs.Panel>
      </Tabs>
    </Screen>
  )
}

function List() {
  const [search, setSearch] = useSearchParams()
  const state = search.get("state") ?? ""
  const target = search.get("target") ?? ""
  const targets = useQuery(targetsQuery())
  const list = useInfiniteQuery({
    queryKey: ["deliveries", state, target],
    initialPageParam: "",
    queryFn: ({ pageParam }) => {
      const asked = new URLSearchParams()
      if (state) asked.set("state", state)
      if (target) asked.set("target", target)
      if (pageParam) asked.set("before", pageParam)
      return call<Page>("GET", `/deliveries?${asked}`)
    },
    getNextPageParam: page => page.before,
    refetchInterval: AGAIN_MS,
  })
  const choose = (name: string, value: string) =>
    setSearch(before => {
      const next = new URLSearchParams(before)
      if (value) next.set(name, value)
      else next.delete(name)
      return next
    })
  const lines = list.data?.pages.flatMap(page => page.deliveries) ?? []
  return (
    <div className="card">
      <div className="filters">
        <NativeSelect
          label={t("deliveries.state")}
          value={state}
          data={[
            { value: "", label: t("deliveries.state.any") },
            { value: "owed", label: t("delivery.owed") },
            { value: "delivered", label: t("delivery.delivered") },
            { value: "dead", label: t("delivery.dead") },
          ]}
          onChange={event => choose("state", event.currentTarget.value)}
        />
        <NativeSelect
          label={t("deliveries.target")}
          value={target}
          data={[
            { value: "", label: t("deliveries.target.any") },
            ...(targets.data?.targets ?? []).map(one => `${one.bot}/${one.name}`),
          ]}
          onChange={event => choose("target", event.currentTarget.value)}
        />
      </div>
      {list.isPending ? (
        <Waiting />
      ) : list.isError ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : lines.length === 0 ? (
        <Empty icon={Send} title={state || target ? t("deliveries.none.found") : t("deliveries.none")}>
          <p className="dim">{t(state || target ? "deliveries.none.found.text" : "deliveries.none.text")}</p>
        </Empty>
      ) : (
        <Lines lines={lines} />
      )}
      <Older list={list} />
    </div>
  )
}

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <Table
      columns={[
        t("deliveries.since"),
        t("deliveries.state"),
        t("deliveries.target"),
        t("interactions.bot"),
        t("delivery.interaction"),
        { name: t("deliveries.attempts"), number: true },
      ]}
    >
      {lines.map(line => (
        <tr key={line.id} className="leads">
          <td>
            <Link className="whole" href={`/deliveries/${encodeURIComponent(line.id)}`}>
              <Ago at={line.created_at} />
            </Link>
          </td>
          <td>
            <DeliveryState line={line} />
            {line.state === "owed" && (
              <div className="dim small">
                {line.waits_until === null ? (
                  t("delivery.waits_target")
                ) : (
                  <>
                    {t("delivery.next")} <Ago at={line.waits_until} />
                  </>
                )}
              </div>
            )}
          </td>
          <td>{line.target || <em className="dim">{t("deliveries.target.removed")}</em>}</td>
          <td>{line.bot}</td>
          <td>
            <code title={line.interaction}>…{line.interaction.slice(-8)}</code>
            {line.reason && (
              <div className="dim small">
                <code>{line.reason}</code> {line.status ?? ""}
              </div>
            )}
          </td>
          <td className="number">{line.attempts}</td>
        </tr>
      ))}
    </Table>
  )
}
