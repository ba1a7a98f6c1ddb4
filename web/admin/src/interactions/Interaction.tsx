/* One interaction: what was said and why it went there, what it knows, whom it asked, and where it was delivered. */
import { Button, Switch } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Download, Eraser, Printer, SearchX } from "lucide-react"
import { useState } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { BASE, call, Problem, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty, Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { t, word } from "../../../ui/t.ts"
import { exact } from "../../../ui/time.ts"
import { Copy, Facts, Screen, Sure, useMoves } from "../console/parts.tsx"
import { DeliveryState } from "../deliveries/DeliveryState.tsx"
import { may, useMe } from "../state.ts"
import { CallItem } from "./CallItem.tsx"
import { Repeat } from "./Repeat.tsx"
import { StatusChip } from "./StatusChip.tsx"
import { Transcript } from "./Transcript.tsx"

type Whole = components["schemas"]["WholeInteraction"]

export default function Interaction({ uuid }: { uuid: string }) {
  const client = useQueryClient()
  const key = ["interaction", uuid]
  const path = `/interactions/${encodeURIComponent(uuid)}`
  const found = useQuery({ queryKey: key, queryFn: () => call<Whole>("GET", path) })
  const live = useMoves(found.data ? `${path}/moves` : null, () => void client.invalidateQueries({ queryKey: key }))
  if (found.isPending)
    return (
      <Screen title="">
        <Waiting />
      </Screen>
    )
  if (found.isError)
    return (
      <Screen title={t("interactions.title")}>
        <div className="card">
          {found.error instanceof Problem && found.error.status === 404 ? (
            <Empty icon={SearchX} title={t("interaction.gone")}>
              <p className="dim">{t("interaction.gone.text")}</p>
              <Link href="/interactions">{t("interaction.gone.all")}</Link>
            </Empty>
          ) : (
            <Failure failure={found.error} retry={() => void found.refetch()} />
          )}
        </div>
      </Screen>
    )
  return <Shown whole={found.data} live={live && found.data.line.status === "active"} />
}

function Shown({ whole, live }: { whole: Whole; live: boolean }) {
  const me = useMe()
  const client = useQueryClient()
  const [why, setWhy] = useState(true)
  const [erasing, setErasing] = useState(false)
  const { line } = whole
  const erase = async () => {
    try {
      const erased = await call<{ told: string[] }>("POST", `/interactions/${line.uuid}/erase`)
      const names = erased.told.join(", ")
      notify(
        names
          ? `${t("interaction.erase.done")} ${t("interaction.erase.told", { names })}`
          : t("interaction.erase.done"),
      )
      await client.invalidateQueries()
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
  }
  return (
    <Screen
      title={
        <>
          <Link href="/interactions" className="crumb">
            {t("interactions.title")}
          </Link>{" "}
          {t("interaction.title", { ref: line.quick_ref })}
        </>
      }
      actions={
        <>
          {live && <span className="live-mark on">{t("interaction.live")}</span>}
          <Switch label={t("interaction.why")} checked={why} onChange={event => setWhy(event.currentTarget.checked)} />
          {may(me, "interactions.export") && (
            <Button
              component="a"
              variant="default"
              href={`${BASE}/interactions/${line.uuid}/everything`}
              download
              leftSection={<Download size={15} aria-hidden />}
            >
              {t("interaction.download")}
            </Button>
          )}
          <IconButton icon={Printer} label={t("interaction.print")} onClick={() => window.print()} />
          {may(me, "interactions.erase") && !line.cleaned_at && (
            <Button
              variant="default"
              color="red"
              leftSection={<Eraser size={15} aria-hidden />}
              onClick={() => setErasing(true)}
            >
              {t("interaction.erase")}
            </Button>
          )}
        </>
      }
    >
      <p className="only-print">
        {line.bot} v{line.version} · {exact(line.created_at)} · {line.uuid}
      </p>
      <div className="told">
        <section className="card" aria-label={t("interaction.transcript")}>
          {whole.left_out > 0 && (
            <p className="panel dim small">{t("interaction.left_out", { count: whole.left_out })}</p>
          )}
          <Transcript whole={whole} why={why} />
        </section>
        <aside>
          <section className="card panel">
            <h2>
              {t("interaction.facts")}
              <span className="grow" />
              <StatusChip line={line} />
            </h2>
            <Facts facts={factsOf(whole)} />
          </section>
          <Data whole={whole} />
          <section className="card panel">
            <h2>{t("interaction.calls")}</h2>
            {whole.calls.length === 0 && <p className="dim">{t("interaction.calls.none")}</p>}
            <ul className="entry-list">
              {whole.calls.map(made => (
                <CallItem key={made.token} made={made} todo={<Repeat made={made} whole={whole} />} />
              ))}
            </ul>
          </section>
          <Deliveries whole={whole} />
          {whole.files.length > 0 && (
            <section className="card panel">
              <h2>{t("interaction.files")}</h2>
              <ul className="entry-list">
                {whole.files.map(file => (
                  <li key={file.id}>
                    <a href={`${BASE}/interactions/${line.uuid}/files/${encodeURIComponent(file.id)}`} download>
                      {file.name}
                    </a>{" "}
                    <span className="dim small">{file.media_type}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {whole.feedback && (
            <section className="card panel">
              <h2>
                {t("interaction.feedback")}
                <span className="chip">{t("interaction.rating", { rating: whole.feedback.rating })}</span>
              </h2>
              <p className="wrap">{whole.feedback.comment}</p>
            </section>
          )}
        </aside>
      </div>
      {erasing && (
        <Sure
          title={t("interaction.erase.title")}
          text={t("interaction.erase.text")}
          word={line.quick_ref}
          label={t("interaction.erase.do")}
          run={erase}
          close={() => setErasing(false)}
        />
      )}
    </Screen>
  )
}

function factsOf({ line, start_url }: Whole) {
  const facts: [string, React.ReactNode][] = [
    [
      t("interactions.bot"),
      <span key="bot">
        <Link href={`/bots/${encodeURIComponent(line.bot)}`}>{line.bot}</Link>{" "}
        <span className="dim small">v{line.version}</span>
      </span>,
    ],
    [t("interactions.column.where"), <NodeLink key="node" bot={line.bot} node={line.node} name={line.node_name} />],
    [t("interaction.begun"), <Ago key="begun" at={line.created_at} />],
  ]
  if (line.ended_at)
    facts.push([
      t("interaction.ended"),
      <span key="ended">
        <Ago at={line.ended_at} />
        <span className="dim small"> {word(`ended_by.${line.ended_by}`, line.ended_by ?? "")}</span>
      </span>,
    ])
  facts.push([t("interaction.uuid"), <Copy key="id" text={line.uuid} what={t("interaction.uuid")} />])
  facts.push([t("interaction.ref"), <Copy key="ref" text={line.quick_ref} what={t("interaction.ref")} />])
  facts.push([t("interaction.channel"), `${line.channel}, ${line.locale}`])
  if (start_url) facts.push([t("interaction.page"), start_url])
  if (line.tags.length)
    facts.push([
      t("interaction.tags"),
      <span key="tags" className="pairs">
        {line.tags.map(tag => (
          <span key={tag} className="chip">
            {tag}
          </span>
        ))}
      </span>,
    ])
  return facts
}

export function NodeLink({ bot, node, name }: { bot: string; node: string; name: string }) {
  if (!node) return null
  return <Link href={`/bots/${encodeURIComponent(bot)}?node=${encodeURIComponent(node)}`}>{name || node}</Link>
}

function Data({ whole }: { whole: Whole }) {
  return (
    <section className="card panel">
      <h2>{t("interaction.data")}</h2>
      {whole.data.length === 0 ? (
        <p className="dim">{t("interaction.data.none")}</p>
      ) : (
        <table className="data-lines">
          <tbody>
            {whole.data.map(datum => (
              <tr key={datum.name}>
                <th scope="row" title={datum.label}>
                  {datum.name}
                </th>
                <td>
                  {datum.data}
                  <div className="dim small">
                    {t(`source.${datum.source}`)}
                    {datum.unverified && ` · ${t("interaction.data.unverified")}`}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Deliveries({ whole }: { whole: Whole }) {
  return (
    <section className="card panel">
      <h2>{t("interaction.deliveries")}</h2>
      {whole.deliveries.length === 0 && <p className="dim">{t("interaction.deliveries.none")}</p>}
      <ul className="entry-list">
        {whole.deliveries.map(one => (
          <li key={one.id}>
            <div className="row">
              <Link href={`/deliveries/${encodeURIComponent(one.id)}`} className="grow">
                {one.target || t("deliveries.target.removed")}
              </Link>
              <DeliveryState line={one} />
            </div>
            <div className="dim small">
              {t("delivery.attempts", { count: one.attempts })}
              {one.sentence && ` · ${one.sentence}`}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
