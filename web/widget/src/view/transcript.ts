import type { Entry } from "../core/types"
import type { Kit } from "../kit"

/** Write the conversation as plain text, one message a paragraph, times in the visitor's zone. */
export function transcript({ plain, t }: Kit, entries: Entry[], name: string, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" })
  return entries
    .flatMap(entry => {
      if (entry.kind !== "message" && entry.kind !== "file") return []
      const who = entry.sender === "customer" ? t("you").replace(/\s*:$/, "") : name
      const said =
        entry.kind === "file" ? `[${entry.name}]` : entry.sender === "customer" ? entry.text : plain(entry.text)
      return [`${time.format(new Date(entry.sent_at))}  ${who}\n${said}\n`]
    })
    .join("\n")
}

/** Hand a text to the visitor as a file. */
export function save(text: string, name: string): void {
  const href = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/plain;charset=utf-8" }))
  const link = document.createElement("a")
  link.href = href
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), 10_000)
}
