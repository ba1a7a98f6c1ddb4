import type { Input } from "../core/types"

const KEYBOARDS: Record<string, { inputMode?: string; type?: string; autocomplete: string }> = {
  email: { inputMode: "email", autocomplete: "email" },
  phone: { inputMode: "tel", type: "tel", autocomplete: "tel" },
  number: { inputMode: "decimal", autocomplete: "off" },
}

/** What a kind of capture needs from the keyboard and from the browser's memory. */
export const keyboard = (input: Input): object =>
  input.whole ? { inputMode: "numeric", autocomplete: "off" } : (KEYBOARDS[input.kind] ?? { autocomplete: "off" })
