/* Lists as tables: their head, and the way to older lines. */
import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { t } from "../../../ui/t.ts"

/** A column by its name; `number`: it stands at the end of its cells, `unseen`: only read out. */
export type Column = string | { name: string; number?: true; unseen?: true }

export function Table({ columns, children }: { columns: readonly Column[]; children: ReactNode }) {
  return (
    <div className="table-box">
      <table className="lines">
        <thead>
          <tr>
            {columns.map(column => {
              const { name, number, unseen } = typeof column === "string" ? { name: column } : column
              return (
                <th key={name} scope="col" className={number && "number"}>
                  {unseen ? <span className="unseen">{name}</span> : name}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

interface OlderProps {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }
}

export function Older({ list }: OlderProps) {
  if (!list.hasNextPage) return null
  return (
    <div className="pages">
      <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t("deliveries.more")}
      </Button>
    </div>
  )
}
