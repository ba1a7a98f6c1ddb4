/* What a way out of a node is called on its row. */
import type { Bot, Case, Condition, Node, Way } from "../../../document/index.ts"
import { actionsOf, captureOf, choicesOf, exitOf, list, text } from "../../../document/index.ts"
import { t, word } from "../../../ui/t.ts"

export function wayName(way: Way, node: Node | undefined): string {
  switch (way.kind) {
    case "choice":
      return text(choicesOf(captureOf(node))[way.index]?.label) || t("way.choice")
    case "case": {
      const cases = list<Case>((exitOf(node) as Record<string, unknown>).cases)
      return conditionName(cases[way.index]?.when)
    }
    case "reply":
      return captureOf(node) ? t("way.fits") : t("way.reply")
    case "failed": {
      const asking = actionsOf(node).filter(action => action.do === "fulfill" || action.do === "custom_request")
      return asking.length > 1
        ? t("way.failed_of", { endpoint: text((actionsOf(node)[way.index] as { endpoint?: string })?.endpoint) })
        : t("way.failed")
    }
    default:
      return t(`way.${way.kind}`)
  }
}

export function conditionName(when: Condition | undefined): string {
  if (!when) return t("way.case")
  if (Array.isArray(when.all)) return when.all.map(conditionName).join(` ${t("condition.and")} `)
  if (Array.isArray(when.any)) return when.any.map(conditionName).join(` ${t("condition.or")} `)
  const operand = text(when.operand).replace(/^data\./, "")
  const name = word(`operand.${operand}`, operand || "…")
  const operator = word(`operator.${text(when.operator)}`, text(when.operator).replaceAll("_", " "))
  const given = when.argument
  const argument =
    given === null || given === undefined ? "" : Array.isArray(given) ? given.map(text).join(", ") : text(given)
  return [name, operator, argument].filter(Boolean).join(" ")
}

/** Where a way leads, in words. */
export function targetName(way: Way, bot: Bot, title: (name: string) => string): string {
  if (way.target)
    return Object.hasOwn(bot.nodes ?? {}, way.target) ? title(way.target) : t("way.missing", { node: way.target })
  return way.inherited ? t("way.as_below") : t("way.open")
}
