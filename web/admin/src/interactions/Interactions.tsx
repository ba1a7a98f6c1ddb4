/* Every interaction, newest first: searched, filtered, and kept up to date while it is looked at. */
import { Button, Menu, NativeSelect, Popover, TextInput } from "@mantine/core"
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { ChevronLeft, ChevronRight, Download, ListFilter, MessagesSquare, Search, X } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Link, useSearchParams } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Ago, Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Screen, useMoves } from "../console/parts.tsx"
import { Table } from "../console/Table.tsx"
import { may, useMe } from "../state.ts"
import { asked, chipsOf, exportAddress, type Filters, readFilters, SPANS, writeFilters } from "./query.ts"
import { StatusChip } from "./StatusChip.tsx"

type Page = components["schemas"]["InteractionPage"]
type Line = components["schemas"]["InteractionLine"]
type BotList = components["schemas"]["BotList"]

export default function Interactions() {
  const me = useMe()
  const client = useQueryClient()
  const [search, setSearch] = useSearchParams()
  const filters = readFilters(search)
  const place = search.get("after") ? { after: search.get("after")! } : { before: search.get("before") ?? "" }
  const change = (next: Filters) => setSearch(writeFilters(next))
  const wanted = asked(filters)
  for (const [name, value] of Object.entries(place)) if (value) wanted.set(name, value)
  const list = useQuery({
    queryKey: ["interactions", wanted.toString()],
    queryFn: () => call<Page>("GET", `/interactions?${wanted}`),
    placeholderData: keepPreviousData,
  })
  const live = useMoves("/interactions/moves", () => void client.invalidateQueries({ queryKey: ["interactions"] }))
  const chips = chipsOf(filters)
  const turn = (name: "after" | "before", cursor: string) => {
    const next = writeFilters(filters)
    next.set(name, cursor)
    setSearch(next)
  }
  return (
    <Screen
      title={t("interactions.title")}
      actions={
        <>
          <span className={live ? "live-mark on" : "live-mark"}>{t("list.live")}</span>
          {may(me, "interactions.export") && !filters.node && <Exports filters={filters} />}
        </>
      }
    >
      <div className="card">
        <FilterBar filters={filters} change={change} />
        {chips.length > 0 && (
          <div className="chips">
            {chips.map(({ name, without }) => (
              <span key={name} className="chip on">
                <span>{name}</span>
                <button
                  type="button"
                  className="plain"
                  aria-label={t("interactions.chip.remove", { name })}
                  onClick={() => change(without)}
                >
                  <X size={13} aria-hidden />
                </button>
              </span>
            ))}
            <button
              type="button"
              className="plain link small"
              onClick={() => change({ text: "", bot: "", node: "", status: "", time: "", ref: "", data: {} })}
            >
              {t("interactions.chip.clear")}
            </button>
          </div>
        )}
        {list.isPending ? (
          <Waiting />
        ) : list.isError ? (
          <Failure failure={list.error} retry={() => void list.refetch()} />
        ) : list.data.interactions.length === 0 ? (
          <Empty icon={MessagesSquare} title={chips.length ? t("interactions.none.found") : t("interactions.none")}>
            <p className="dim">
              {list.data.after
                ? t("interactions.none.further")
                : chips.length
                  ? t("interactions.none.found.text")
                  : t("interactions.none.text")}
            </p>
          </Empty>
        ) : (
          <Lines lines={list.data.interactions} />
        )}
        {list.data && (list.data.before || list.data.after) && (
          <nav className="pages" aria-label={t("list.pages")}>
            <Button
              variant="default"
              size="xs"
              disabled={!list.data.before}
              leftSection={<ChevronLeft size={14} aria-hidden />}
              onClick={() => turn("before", list.data.before!)}
            >
              {t("list.newer")}
            </Button>
            <Button
              variant="default"
              size="xs"
              disabled={!list.data.after}
              rightSection={<ChevronRight size={14} aria-hidden />}
              onClick={() => turn("after", list.data.after!)}
            >
              {t("list.older")}
            </Button>
          </nav>
        )}
      </div>
    </Screen>
  )
}

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <Table
      columns={[
        t("interactions.column.begun"),
        t("interactions.column.status"),
        t("interactions.column.bot"),
        t("interactions.column.where"),
        t("interactions.column.data"),
        { name: t("interactions.column.said"), number: true },
      ]}
    >
      {lines.map(line => (
        <tr key={line.uuid} className="leads">
          <td>
            <Link
              className="whole"
              href={`/interactions/${line.uuid}`}
              aria-label={t("interactions.open", { ref: line.quick_ref })}
            >
              <Ago at={line.created_at} />
            </Link>
            <div className="dim small mono">{line.quick_ref}</div>
          </td>
          <td>
            <StatusChip line={line} />
          </td>
          <td>
            {line.bot} <span className="dim small">v{line.version}</span>
          </td>
          <td>
            {line.node_name}
            {line.awaiting !== "nothing" && <div className="dim small">{t(`awaiting.${line.awaiting}`)}</div>}
          </td>
          <td>
            <span className="pairs">
              {Object.entries(line.data).map(([name, value]) => (
                <span key={name} className="pair" title={`${name} = ${value}`}>
                  {name} = {value}
                </span>
              ))}
            </span>
          </td>
          <td className="number">{line.entries}</td>
        </tr>
      ))}
    </Table>
  )
}

function FilterBar({ filters, change }: { filters: Filters; change: (next: Filters) => void }) {
  const bots = useQuery({ queryKey: ["bots"], queryFn: () => call<BotList>("GET", "/bots") })
  const [typed, setTyped] = useState(filters.text)
  const [opened, setOpened] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ ...filters, text: typed.trim() })
  }
  return (
    <search>
      <form className="filters" onSubmit={submit}>
        <TextInput
          className="words"
          label={t("interactions.search")}
          type="search"
          maxLength={500}
          leftSection={<Search size={15} aria-hidden />}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("interactions.bot")}
          value={filters.bot}
          data={[
            { value: "", label: t("interactions.bot.any") },
            ...(bots.data?.bots ?? []).map(bot => ({ value: bot.bot, label: bot.name || bot.bot })),
          ]}
          onChange={event => change({ ...filters, bot: event.currentTarget.value, node: "" })}
        />
        <NativeSelect
          label={t("interactions.status")}
          value={filters.status}
          data={[
            { value: "", label: t("interactions.status.any") },
            { value: "active", label: t("status.active") },
            { value: "ended", label: t("status.ended") },
            { value: "finalized", label: t("status.finalized") },
          ]}
          onChange={event => change({ ...filters, status: event.currentTarget.value })}
        />
        <NativeSelect
          label={t("interactions.time")}
          value={filters.time in SPANS ? filters.time : ""}
          data={[
            { value: "", label: t("interactions.time.any") },
            { value: "hour", label: t("interactions.time.hour") },
            { value: "day", label: t("interactions.time.day") },
            { value: "week", label: t("interactions.time.week") },
            { value: "month", label: t("interactions.time.month") },
          ]}
          onChange={event => change({ ...filters, time: event.currentTarget.value })}
        />
        <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus width={300}>
          <Popover.Target>
            <Button
              variant="default"
              leftSection={<ListFilter size={15} aria-hidden />}
              aria-expanded={opened}
              onClick={() => setOpened(now => !now)}
            >
              {t("interactions.more")}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <MoreFilters
              add={more => {
                setOpened(false)
                change({ ...filters, ...more, data: { ...filters.data, ...more.data } })
              }}
            />
          </Popover.Dropdown>
        </Popover>
      </form>
    </search>
  )
}

function MoreFilters({ add }: { add: (more: Partial<Filters>) => void }) {
  const [name, setName] = useState("")
  const [value, setValue] = useState("")
  const [ref, setRef] = useState("")
  const ready = /^\d{6}$/.test(ref) || (name.trim() !== "" && value !== "")
  return (
    // Not a form: forms do not stand within forms, and a popover is drawn elsewhere.
    <div className="stack tight">
      <TextInput
        label={t("interactions.data.name")}
        className="mono-field"
        maxLength={191}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t("interactions.data.value")}
        className="mono-field"
        maxLength={510}
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
      />
      <TextInput
        label={t("interactions.ref")}
        inputMode="numeric"
        maxLength={6}
        value={ref}
        onChange={event => setRef(event.currentTarget.value)}
      />
      <Button
        disabled={!ready}
        onClick={() =>
          add({
            ...(/^\d{6}$/.test(ref) ? { ref } : {}),
            ...(name.trim() && value ? { data: { [name.trim()]: value } } : {}),
          })
        }
      >
        {t("interactions.data.add")}
      </Button>
    </div>
  )
}

function Exports({ filters }: { filters: Filters }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={15} aria-hidden />}>
          {t("interactions.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["csv", "json"] as const).map(format => (
          <Menu.Item key={format} component="a" href={exportAddress(filters, format)} download>
            {t(`interactions.export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
