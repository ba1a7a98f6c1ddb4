/* Who is signed in, and whether the server was set up: one answer that the whole console hangs on. */
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { createContext, useContext } from "react"
import type { components } from "../../protocol/api.d.ts"
import { call } from "../../ui/api.ts"

type Schemas = components["schemas"]
export type Person = Schemas["Person"]
export type State = Schemas["State"]
export type Me = Schemas["Me"]

export function useServerState() {
  return useQuery({ queryKey: ["state"], queryFn: () => call<State>("GET", "/state"), staleTime: 60_000 })
}

/** Ask anew after signing in or out; what another person saw is forgotten. */
export function useSigned() {
  const client = useQueryClient()
  return async ({ keep = false } = {}) => {
    if (!keep) client.removeQueries({ predicate: query => query.queryKey[0] !== "state" })
    await client.invalidateQueries({ queryKey: ["state"] })
  }
}

export const MeContext = createContext<Me | null>(null)

export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error("Nobody is signed in.")
  return me
}

/** May this person do it? Permissions are the server's words, such as `bots.edit`; a role is never asked for. */
export function may(me: Me, permission: string): boolean {
  return me.permissions.includes(permission)
}
