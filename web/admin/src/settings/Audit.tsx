/* Who did what, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Ago, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Older, Table } from "../console/Table.tsx"

type Page = components["schemas"]["AuditPage"]

export function Audit() {
  const list = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => call<Page>("GET", pageParam ? `/audit?before=${pageParam}` : "/audit"),
    getNextPageParam: page => page.before,
  })
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  return (
    <div className="stack">
      <p className="dim">{t("audit.text")}</p>
      <div className="card">
        <Table
          columns={[
            t("audit.when"),
            t("audit.who"),
            t("audit.what"),
            t("audit.of"),
            t("audit.address"),
            { name: t("audit.number"), number: true },
          ]}
        >
          {list.data.pages
            .flatMap(page => page.entries)
            .map(entry => (
              <tr key={entry.number}>
                <td>
                  <Ago at={entry.at} />
                </td>
                <td className="wrap">{entry.who || <em className="dim">{t("audit.stranger")}</em>}</td>
                <td>
                  <code>{entry.what}</code>{" "}
                  {entry.outcome === "refused" && <span className="chip bad">{t("audit.refused")}</span>}
                </td>
                <td className="wrap">
                  {entry.of}
                  <div className="dim small">
                    {Object.entries(entry.details)
                      .filter(([, value]) => value !== "")
                      .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
                      .join(" · ")}
                  </div>
                </td>
                <td className="mono small">{entry.address}</td>
                <td className="number" title={entry.hash}>
                  {entry.number}
                </td>
              </tr>
            ))}
        </Table>
        <Older list={list} />
      </div>
    </div>
  )
}
