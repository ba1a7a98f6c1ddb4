/* What an edit is called, in words. */
import type { Said } from "../../../document/index.ts"
import { type Key, t, word } from "../../../ui/t.ts"

export function said([verb, values = {}]: Said): string {
  const filled: Record<string, string | number> = { ...values }
  if (typeof filled.action === "string")
    filled.action = word(filled.action, String(filled.action).replace("action.", ""))
  if (typeof filled.setting === "string") filled.setting = word(`setting.${filled.setting}`, filled.setting)
  return t(`edit.${verb}` as Key, filled)
}
