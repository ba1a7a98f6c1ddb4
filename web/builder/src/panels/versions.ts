/* The published versions of a bot, as the server lists them: the newest first. */
import { queryOptions } from "@tanstack/react-query"
import type { Bot } from "../../../document/index.ts"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"

export type VersionHead = components["schemas"]["VersionHead"]

export const versionsQuery = (bot: string) =>
  queryOptions({
    queryKey: ["versions", bot],
    queryFn: async () => {
      const { versions } = await call<{ versions: VersionHead[] }>("GET", `/bots/${encodeURIComponent(bot)}/versions`)
      return [...versions].sort((a, b) => b.number - a.number)
    },
  })

export const versionQuery = (bot: string, number: number) =>
  queryOptions({
    queryKey: ["version", bot, number],
    queryFn: () => call<{ document: Bot }>("GET", `/bots/${encodeURIComponent(bot)}/versions/${number}`),
    staleTime: Number.POSITIVE_INFINITY,
  })
