import type { Input } from "../core/types"
import type { Kit } from "../kit"

/**
 * Say what is wrong with what was written, or "" when the server should see it. Only what is sure is refused here; a
 * word without a digit or an @ always goes through, because it may be one that works anywhere in the bot ("back").
 */
export function problem({ t }: Kit, input: Input, text: string): string {
  const said = text.trim()
  const { kind, min, max } = input
  const length = [...said].length
  const long = length - (kind === "text" && typeof max === "number" ? max : 4000)
  if (long > 0) return t("long", { n: long })
  if (kind === "text" && typeof min === "number" && length < min && min > 1) return t("short", { n: min })
  if (!/[\p{Nd}@]/u.test(said)) return ""
  if (kind === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(said)) return t("email")
  if (kind === "phone" && !/^[+(\p{Nd}][\p{Nd}\s()./+-]{4,30}( ?(x|ext\.?) ?\p{Nd}+)?$/u.test(said)) return t("phone")
  if (kind === "number" && /^[+-]?\d+(\.\d+)?$/.test(said)) {
    const value = Number(said)
    if (input.whole && value % 1) return t("whole")
    if (min !== undefined && value < Number(min)) return t("least", { n: min })
    if (max !== undefined && value > Number(max)) return t("most", { n: max })
  }
  if (kind === "number" && /\p{L}/u.test(said)) return t("number")
  return ""
}

const MB = 1024 * 1024

/** Say what is wrong with a file, or "". */
export function fileProblem({ t }: Kit, input: Input, file: File): string {
  const limit = Math.min(input.max_bytes ?? Number.POSITIVE_INFINITY, 10 * MB)
  if (file.size > limit) return t("big", { n: Math.max(0.1, Math.round((limit / MB) * 10) / 10) })
  const fits = (type: string) =>
    type === "*/*" || type === file.type || (type.endsWith("/*") && file.type.startsWith(type.slice(0, -1)))
  if (input.types?.length && !input.types.some(fits)) return t("type")
  return ""
}
