/* Which endpoints of the bot fail just now: asked of the server while the builder is open. */
import { useQuery } from "@tanstack/react-query"
import { useEffect } from "react"
import { call } from "../../../ui/api.ts"
import { type FailingEndpoint, useEditor, useEditorStore } from "./store.ts"

const AGAIN_MS = 60_000

/** A bot that was never published has no calls yet: nothing is asked, and nothing marked. */
export function useFailing(published: boolean): void {
  const store = useEditorStore()
  const bot = useEditor(editor => editor.bot)
  const mayCount = useEditor(editor => editor.mayCount)
  const found = useQuery({
    queryKey: ["failing", bot],
    queryFn: () => call<{ endpoints: FailingEndpoint[] }>("GET", `/bots/${encodeURIComponent(bot)}/failing-endpoints`),
    enabled: mayCount && published,
    refetchInterval: AGAIN_MS,
    retry: false,
  })
  const endpoints = found.data?.endpoints
  useEffect(() => {
    store.setState({ failing: new Map((endpoints ?? []).map(each => [each.name, each])) })
  }, [store, endpoints])
}
