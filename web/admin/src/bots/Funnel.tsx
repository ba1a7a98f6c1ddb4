/* How far visitors get: the bot as it is drawn, with how many came to each node, which ways they took, where they stopped. */
import { Button, NativeSelect } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Waypoints } from "lucide-react"
import { Link, useSearchParams } from "wouter"
import { wayName } from "../../../builder/src/actions/ways.ts"
import { CARD_WIDTH } from "../../../document/geometry.ts"
import { type Bot, card, nodeOf, placesOf, titleOf, waysOf } from "../../../document/index.ts"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Screen } from "../console/parts.tsx"
import { Table } from "../console/Table.tsx"
import { SPANS } from "../interactions/query.ts"
import "./funnel.css"

type Counts = components["schemas"]["Funnel"]
const GRAIN_MS = 60_000

export default function Funnel({ bot }: { bot: string }) {
  const [search, setSearch] = useSearchParams()
  const path = `/bots/${encodeURIComponent(bot)}`
  const versions = useQuery({
    queryKey: ["versions", bot, "heads"],
    queryFn: () => call<components["schemas"]["VersionList"]>("GET", `${path}/versions`),
  })
  const chosen = search.get("version") ?? String(versions.data?.versions[0]?.number ?? "")
  const time = search.get("time") ?? ""
  const counts = useQuery({
    queryKey: ["funnel", bot, chosen, time],
    enabled: chosen !== "",
    queryFn: () => {
      const asked = new URLSearchParams({ version: chosen })
      const span = SPANS[time]
      if (span) asked.set("from", String(Math.floor((Date.now() - span) / GRAIN_MS) * GRAIN_MS))
      return call<Counts>("GET", `${path}/funnel?${asked}`)
    },
  })
  const version = useQuery({
    queryKey: ["version", bot, chosen],
    enabled: chosen !== "",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => call<{ document: Bot }>("GET", `${path}/versions/${encodeURIComponent(chosen)}`),
  })
  const choose = (name: string, value: string) =>
    setSearch(before => {
      const next = new URLSearchParams(before)
      if (value) next.set(name, value)
      else next.delete(name)
      return next
    })
  const failure = versions.error ?? counts.error ?? version.error
  return (
    <Screen
      title={
        <>
          <Link href={path} className="crumb">
            {t("bots.title")}
          </Link>{" "}
          {t("funnel.title", { bot })}
        </>
      }
      actions={
        <>
          <Button
            component={Link}
            href={`${path}?funnel=${encodeURIComponent(chosen)}`}
            variant="default"
            leftSection={<Waypoints size={15} aria-hidden />}
          >
            {t("funnel.on_canvas")}
          </Button>
          <NativeSelect
            aria-label={t("interaction.version")}
            value={chosen}
            data={(versions.data?.versions ?? []).map(each => ({
              value: String(each.number),
              label: t("funnel.version", { version: String(each.number) }),
            }))}
            onChange={event => choose("version", event.currentTarget.value)}
          />
          <NativeSelect
            aria-label={t("interactions.time")}
            value={time in SPANS ? time : ""}
            data={[
              { value: "", label: t("interactions.time.any") },
              { value: "day", label: t("interactions.time.day") },
              { value: "week", label: t("interactions.time.week") },
              { value: "month", label: t("interactions.time.month") },
            ]}
            onChange={event => choose("time", event.currentTarget.value)}
          />
        </>
      }
    >
      {failure ? (
        <div className="card">
          <Failure failure={failure} retry={() => void counts.refetch()} />
        </div>
      ) : !counts.data || !version.data ? (
        <Waiting />
      ) : counts.data.read === 0 ? (
        <div className="card">
          <Empty icon={Waypoints} title={t("funnel.none")}>
            <p className="dim">{t("funnel.none.text")}</p>
          </Empty>
        </div>
      ) : (
        <Shown bot={version.data.document} counts={counts.data} />
      )}
    </Screen>
  )
}

function Shown({ bot, counts }: { bot: Bot; counts: Counts }) {
  return (
    <div className="stack">
      <p className="dim">
        {t("funnel.read", { count: counts.read })} {counts.limited && t("funnel.limited")}
      </p>
      <div className="card funnel-canvas">
        <Canvas bot={bot} counts={counts} />
      </div>
      <div className="card">
        <Table columns={[t("funnel.node"), t("funnel.came"), t("funnel.ways"), t("funnel.stopped")]}>
          {counts.nodes.map(one => (
            <tr key={one.node}>
              <td>
                <Link href={`/bots/${encodeURIComponent(counts.bot)}?node=${encodeURIComponent(one.node)}`}>
                  {titleOf(bot, one.node)}
                </Link>
              </td>
              <td data-came={one.node}>
                {one.interactions} <span className="dim small">{percent(one.interactions, counts.read)}</span>
              </td>
              <td>
                {counts.ways
                  .filter(way => way.node === one.node)
                  .map(way => (
                    <div key={`${way.way} ${way.to}`} className="small">
                      {nameOf(bot, way)} → {titleOf(bot, way.to)}{" "}
                      <span className="dim">
                        {way.count} · {percent(way.count, one.entered)}
                      </span>
                    </div>
                  ))}
              </td>
              <td>
                {one.stopped > 0 && (
                  <>
                    {one.stopped}{" "}
                    {one.left > 0 && <span className="chip bad">{t("funnel.left", { count: one.left })}</span>}
                    <div className="small padded">
                      {one.newest.slice(0, 3).map(uuid => (
                        <span key={uuid}>
                          <Link href={`/interactions/${uuid}`} title={t("funnel.interactions")}>
                            …{uuid.slice(-6)}
                          </Link>{" "}
                        </span>
                      ))}
                    </div>
                  </>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </div>
  )
}

function nameOf(bot: Bot, way: Counts["ways"][number]): string {
  const node = nodeOf(bot, way.node)
  const found = waysOf(node).find(each => each.id === way.way)
  return found ? wayName(found, node) : t("funnel.word")
}

const percent = (part: number, whole: number): string => (whole ? `${Math.round((part / whole) * 100)} %` : "")

const HEAD = 44
const ROW = 26
const FOOT = 6

/** The canvas of the bot, with a ring as strong as the share of visitors, and a share at every way. */
function Canvas({ bot, counts }: { bot: Bot; counts: Counts }) {
  const places = placesOf(bot)
  const came = new Map(counts.nodes.map(one => [one.node, one]))
  const boxes = [...places].map(([name, [x, y]]) => {
    const node = nodeOf(bot, name)
    const ways = waysOf(node).filter(way => way.target)
    return {
      name,
      x,
      y,
      ways,
      node,
      height: HEAD + ROW * ways.length + (ways.length ? FOOT : 0),
      full: card(node).height,
    }
  })
  const byName = new Map(boxes.map(box => [box.name, box]))
  const left = Math.min(...boxes.map(box => box.x)) - 30
  const top = Math.min(...boxes.map(box => box.y)) - 30
  const width = Math.max(...boxes.map(box => box.x + CARD_WIDTH)) - left + 60
  const height = Math.max(...boxes.map(box => box.y + box.height)) - top + 30
  const counted = (node: string, way: string) =>
    counts.ways.filter(each => each.node === node && each.way === way).reduce((sum, each) => sum + each.count, 0)
  return (
    <svg viewBox={`${left} ${top} ${width} ${height}`} role="img" aria-label={t("funnel.title", { bot: counts.bot })}>
      {boxes.flatMap(box =>
        box.ways.map((way, index) => {
          const to = byName.get(way.target)
          const count = counted(box.name, way.id)
          if (!to || count === 0) return null
          const [x1, y1] = [box.x + CARD_WIDTH, box.y + HEAD + ROW * (index + 0.5)]
          const [x2, y2] = [to.x, to.y + HEAD / 2]
          const bend = Math.max(60, Math.abs(x2 - x1) / 2)
          return (
            <path
              key={`${box.name} ${way.id}`}
              d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
              fill="none"
              stroke="var(--edge)"
              strokeWidth={1 + (count / counts.read) * 6}
            />
          )
        }),
      )}
      {boxes.map(box => {
        const one = came.get(box.name)
        const share = (one?.interactions ?? 0) / counts.read
        return (
          <g key={box.name} opacity={one ? 1 : 0.45}>
            <rect
              x={box.x}
              y={box.y}
              width={CARD_WIDTH}
              height={box.height}
              rx="12"
              fill="var(--surface)"
              stroke={one ? "var(--accent)" : "var(--line)"}
              strokeOpacity={one ? 0.25 + 0.75 * share : 1}
              strokeWidth={one ? 1.5 + 4 * share : 1}
            />
            <text x={box.x + 14} y={box.y + 27} className="name">
              {short(titleOf(bot, box.name), 24)}
            </text>
            <text x={box.x + CARD_WIDTH - 14} y={box.y + 27} textAnchor="end" className="count">
              {one?.interactions ?? 0}
            </text>
            {box.ways.map((way, index) => {
              const count = counted(box.name, way.id)
              const y = box.y + HEAD + ROW * (index + 0.5) + 4
              return (
                <g key={way.id}>
                  <text x={box.x + 14} y={y} className="share">
                    {one ? percent(count, one.entered) : ""}
                  </text>
                  <text x={box.x + CARD_WIDTH - 14} y={y} textAnchor="end" className="way">
                    {short(wayName(way, box.node), 28)}
                  </text>
                </g>
              )
            })}
            {one && one.left > 0 && (
              <text x={box.x + 14} y={box.y - 8} className="left">
                {t("funnel.left", { count: one.left })}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
