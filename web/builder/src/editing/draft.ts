/* A draft as the server gives it. */
import type { Bot } from "../../../document/index.ts"

export interface Draft {
  bot: string
  revision: number
  document: Bot
  issues: unknown
  base_version: number | null
  saved_at: number | null
  saved_by: string | null
  comments_lost: boolean
}
