/* One delivery, with the ladder of its attempts. */
import { Button } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { RotateCw } from "lucide-react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Copy, Facts, Screen } from "../console/parts.tsx"
import { may, useMe } from "../state.ts"
import { DeliveryState } from "./DeliveryState.tsx"
import "./ladder.css"

type Whole = components["schemas"]["WholeDelivery"]
const AGAIN_MS = 3_000

export default function Delivery({ id }: { id: string }) {
  const me = useMe()
  const client = useQueryClient()
  const path = `/deliveries/${encodeURIComponent(id)}`
  const found = useQuery({
    queryKey: ["delivery", id],
    queryFn: () => call<Whole>("GET", path),
    refetchInterval: query => (query.state.data?.line.state === "owed" ? AGAIN_MS : false),
  })
  const replay = useMutation({
    mutationFn: () => call("POST", `${path}/replay`),
    onSuccess: async () => {
      notify(t("delivery.replayed"))
      await client.invalidateQueries({ queryKey: ["delivery", id] })
      await client.invalidateQueries({ queryKey: ["deliveries"] })
    },
    onError: failure => notify(sentence(failure), { bad: true }),
  })
  if (!found.data)
    return (
      <Screen title={t("deliveries.title")}>
        <div className="card">
          {found.isPending ? <Waiting /> : <Failure failure={found.error} retry={() => void found.refetch()} />}
        </div>
      </Screen>
    )
  const { line, attempts } = found.data
  const longest = Math.max(1, ...attempts.map(each => each.took_ms))
  return (
    <Screen
      title={
        <>
          <Link href="/deliveries" className="crumb">
            {t("deliveries.title")}
          </Link>{" "}
          {line.target || t("deliveries.target.removed")}
        </>
      }
      actions={
        may(me, "deliveries.manage") &&
        line.target !== "" && (
          <Button
            leftSection={<RotateCw size={15} aria-hidden />}
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            {t("delivery.replay")}
          </Button>
        )
      }
    >
      <section className="card panel">
        <Facts
          facts={[
            [t("deliveries.state"), <DeliveryState key="state" line={line} />],
            [
              t("delivery.interaction"),
              <Copy
                key="interaction"
                text={line.interaction}
                what={t("interaction.uuid")}
                to={`/interactions/${line.interaction}`}
              />,
            ],
            [t("interactions.bot"), line.bot],
            [t("deliveries.since"), <Ago key="begun" at={line.created_at} />],
            [t("delivery.id"), <Copy key="id" text={line.id} what={t("delivery.id")} />],
          ]}
        />
        {line.sentence && <p className="dim">{line.sentence}</p>}
        <ol className="ladder">
          {attempts.map(one => (
            <li key={one.number}>
              <span>{t("delivery.attempt", { number: one.number })}</span>
              <span>{one.at === null ? "" : <Ago at={one.at} />}</span>
              <div>
                {one.outcome === "" ? (
                  <span className="dim">{t("delivery.attempt.cut")}</span>
                ) : (
                  <>
                    <span
                      className={one.outcome === "failed" ? "latency bad" : "latency"}
                      ref={element => {
                        // by its style object, which a strict content policy allows
                        if (element) element.style.width = `${Math.round((one.took_ms / longest) * 160) + 3}px`
                      }}
                    />
                    <span>
                      {t("call.took", { ms: one.took_ms })}
                      {one.status !== null && ` · ${t("delivery.attempt.status", { status: String(one.status) })}`}
                      {one.reason && (
                        <>
                          {" · "}
                          <code>{one.reason}</code>
                        </>
                      )}
                    </span>
                    {one.detail && <div className="dim">{one.detail}</div>}
                    {one.sentence && <div className="dim">{one.sentence}</div>}
                  </>
                )}
              </div>
            </li>
          ))}
        </ol>
      </section>
    </Screen>
  )
}
