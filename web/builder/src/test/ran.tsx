/* The tests of a bot and what came of playing them on its draft, for the panel and for whoever publishes. */
import { queryOptions } from "@tanstack/react-query"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { learn, t } from "../../../ui/t.ts"
import { trying } from "../../../ui/words/trying.ts"
import "./test.css"

learn(trying)

export type Ran = components["schemas"]["Ran"]

export const testsPath = (bot: string) => `/bots/${encodeURIComponent(bot)}/walks`

export const testsQuery = (bot: string) =>
  queryOptions({
    queryKey: ["walks", bot],
    queryFn: () => call<components["schemas"]["WalkList"]>("GET", testsPath(bot)),
  })

/** What came of it on the draft of a revision; nothing is asked of any endpoint. */
export const ranQuery = (bot: string, revision: number) =>
  queryOptions({
    queryKey: ["ran", bot, revision],
    queryFn: () => call<Ran>("POST", `${testsPath(bot)}/run`, { body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

export function Sum({ ran }: { ran: Ran }) {
  return (
    <p role="status" className={ran.failed ? "try-bad" : "try-good"}>
      {t("try.tests.sum", {
        passed: ran.passed,
        failed: ran.failed,
        nodes: ran.coverage.nodes_reached,
        all: ran.coverage.nodes,
        ways: ran.coverage.ways_taken,
        every: ran.coverage.ways,
      })}
    </p>
  )
}
