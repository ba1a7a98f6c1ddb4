/* Doing something about a line of a list: what went wrong is said, and the lists are read again. */
import { useQueryClient } from "@tanstack/react-query"
import { sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"

export function useDoing(...lists: readonly string[]): (does: () => Promise<void>) => Promise<void> {
  const client = useQueryClient()
  return async does => {
    try {
      await does()
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
    await Promise.all(lists.map(list => client.invalidateQueries({ queryKey: [list] })))
  }
}
