/* What needs attention on this server: a bell in the rail with how much it is, and the list with the way to each. */
import { Popover } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Bell, CircleAlert, TriangleAlert } from "lucide-react"
import { useState } from "react"
import { Link } from "wouter"
import type { components } from "../../protocol/api.d.ts"
import { call } from "../../ui/api.ts"
import { Ago, IconButton } from "../../ui/parts.tsx"
import { t } from "../../ui/t.ts"

const EVERY_MS = 60_000
const TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

export function Attention() {
  const [opened, setOpened] = useState(false)
  const found = useQuery({
    queryKey: ["attention"],
    queryFn: () => call<components["schemas"]["ConcernList"]>("GET", "/attention"),
    refetchInterval: EVERY_MS,
    retry: false,
  })
  const concerns = found.data?.concerns ?? []
  const count = concerns.length
  return (
    <span className="bell">
      <Popover opened={opened} onChange={setOpened} position="right-end" width={380} trapFocus>
        <Popover.Target>
          <IconButton
            icon={Bell}
            label={count ? t("attention.some", { count }) : t("attention.none")}
            size={36}
            onClick={() => {
              setOpened(now => !now)
              void found.refetch()
            }}
          />
        </Popover.Target>
        <Popover.Dropdown aria-label={t("attention.title")}>
          <h2>{t("attention.title")}</h2>
          {count === 0 && <p className="dim">{t(found.isError ? "attention.unknown" : "attention.none.text")}</p>}
          <ul className="concerns">
            {concerns.map(one => (
              <li key={one.code + one.says}>
                {one.severity === "note" ? (
                  <CircleAlert size={16} aria-hidden />
                ) : (
                  <TriangleAlert size={16} aria-hidden className={one.severity} />
                )}
                <span className="grow">
                  <Sentence text={one.says} />{" "}
                  {one.place && (
                    <Link href={one.place} onClick={() => setOpened(false)}>
                      {t("attention.show")}
                    </Link>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
      {count > 0 && (
        <span className={concerns.some(one => one.severity !== "note") ? "count bad" : "count"} aria-hidden>
          {count > 9 ? "9+" : count}
        </span>
      )}
    </span>
  )
}

/** A sentence of the server, its times as people read them. */
function Sentence({ text }: { text: string }) {
  return text
    .split(TIME)
    .map((part, index) => (index % 2 ? <Ago key={index} at={Date.parse(part)} /> : <span key={index}>{part}</span>))
}
