/* How the server is set, and where each setting came from. They are changed where the server runs. */
import { useQuery } from "@tanstack/react-query"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Table } from "../console/Table.tsx"

export function ServerSettings() {
  const list = useQuery({
    queryKey: ["settings"],
    queryFn: () => call<components["schemas"]["SettingList"]>("GET", "/settings"),
  })
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  return (
    <div className="stack">
      <p className="dim">{t("settings.server.text")}</p>
      <div className="card">
        <Table columns={[t("settings.name"), t("settings.value"), t("settings.source")]}>
          {list.data.settings.map(one => (
            <tr key={one.name}>
              <td>
                <code>{one.name}</code>
                <div className="dim small">{one.help}</div>
              </td>
              <td className="mono small wrap">{one.value || <em className="dim">{t("settings.empty")}</em>}</td>
              <td>
                <span className={one.source === "default" ? "chip" : "chip on"}>{one.source}</span>
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </div>
  )
}
