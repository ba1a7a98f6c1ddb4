import { sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"

/** Wait for something; what went wrong is told. True when it went well. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (failure) {
    notify(sentence(failure), { bad: true })
    return false
  }
}
