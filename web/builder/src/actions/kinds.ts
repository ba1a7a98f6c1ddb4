/* One line an action or exit: its picture, its family, a fresh one, and what its row says. */
import {
  CircleStop,
  Eraser,
  FileImage,
  Globe,
  type LucideIcon,
  MessageSquareText,
  MessagesSquare,
  PlugZap,
  Shuffle,
  Split,
  SquareFunction,
  Tag as TagIcon,
  TextCursorInput,
} from "lucide-react"
import type { Action, Bot, Capture, Exit, Node } from "../../../document/index.ts"
import { captureOf, choicesOf, endpointsOf, list, nodeNames, text } from "../../../document/index.ts"
import { t, word } from "../../../ui/t.ts"

export type Family = "message" | "question" | "choice" | "logic" | "data" | "outside" | "ending"

interface Kind<T> {
  icon: LucideIcon
  family: Family
  blank: (bot: Bot) => T
}

export const ACTIONS: Record<
  string,
  Kind<Action> & { summary: (action: Record<string, unknown>, bot: Bot) => string }
> = {
  send_message: {
    icon: MessageSquareText,
    family: "message",
    blank: () => ({ do: "send_message", text: "" }),
    summary: action => text(action.text) || t("summary.no_text"),
  },
  send_file: {
    icon: FileImage,
    family: "message",
    blank: () => ({ do: "send_file", path: "" }),
    summary: action => text(action.path) || t("summary.no_file"),
  },
  suggest_replies: {
    icon: MessagesSquare,
    family: "choice",
    blank: () => ({ do: "suggest_replies", replies: [t("blank.reply")] }),
    summary: action => list<string>(action.replies).map(text).join(" · ") || t("summary.no_replies"),
  },
  fulfill: {
    icon: PlugZap,
    family: "outside",
    blank: bot => ({ do: "fulfill", endpoint: firstEndpoint(bot) }),
    summary: (action, bot) => asks(action, bot, "POST"),
  },
  custom_request: {
    icon: Globe,
    family: "outside",
    blank: bot => ({ do: "custom_request", endpoint: firstEndpoint(bot), path: "", mapping: {} }),
    summary: (action, bot) => `${asks(action, bot, text(action.method) || "GET")}${text(action.path)}`,
  },
  set_data: {
    icon: SquareFunction,
    family: "data",
    blank: () => ({ do: "set_data", name: "", value: "" }),
    summary: action => `${text(action.name) || "…"} = ${text(action.value) || t("summary.empty")}`,
  },
  clear_data: {
    icon: Eraser,
    family: "data",
    blank: () => ({ do: "clear_data", names: [] }),
    summary: action => t("summary.forget", { names: list<string>(action.names).join(", ") || "…" }),
  },
  tag: {
    icon: TagIcon,
    family: "data",
    blank: () => ({ do: "tag", tags: [] }),
    summary: action => t("summary.tag", { tags: list<string>(action.tags).join(", ") || "…" }),
  },
}

function firstEndpoint(bot: Bot): string {
  return Object.keys(endpointsOf(bot))[0] ?? ""
}

function asks(action: Record<string, unknown>, bot: Bot, method: string): string {
  const name = text(action.endpoint)
  const url = text(endpointsOf(bot)[name]?.url)
  if (!name) return t("summary.no_endpoint")
  try {
    const { host, pathname } = new URL(url)
    return `${method} ${host}${pathname === "/" ? "" : pathname}`
  } catch {
    return `${method} ${name}`
  }
}

export const EXITS: Record<string, Kind<Exit>> = {
  wait_for_reply: {
    icon: TextCursorInput,
    family: "question",
    blank: () => ({ do: "wait_for_reply", go_to: "" }),
  },
  route: {
    icon: Split,
    family: "logic",
    blank: () => ({
      do: "route",
      cases: [{ when: { operand: "reply", operator: "is", argument: "" }, go_to: "" }],
      otherwise: "",
    }),
  },
  go_to: { icon: Shuffle, family: "logic", blank: () => ({ do: "go_to", node: "" }) },
  end: { icon: CircleStop, family: "ending", blank: () => ({ do: "end" }) },
}

export function kindOf(do_: string): { icon: LucideIcon; family: Family } {
  return ACTIONS[do_] ?? EXITS[do_] ?? { icon: SquareFunction, family: "logic" }
}

export function summaryOf(action: Action, bot: Bot): string {
  return ACTIONS[action.do]?.summary(action as Record<string, unknown>, bot) ?? action.do
}

/** What the row of an exit says. */
export function exitSummary(node: Node): string {
  const exit = node.exit as Record<string, unknown>
  switch (exit.do) {
    case "wait_for_reply": {
      const capture = captureOf(node)
      return capture ? captureSummary(capture) : t("summary.any_reply")
    }
    case "route":
      return t("summary.cases", { count: list(exit.cases).length })
    case "end":
      return t("exit.end")
    default:
      return ""
  }
}

function captureSummary(capture: Capture): string {
  const kind = word(`capture.${capture.kind}`, capture.kind)
  const choices = choicesOf(capture)
  const what = choices.length ? choices.map(choice => text(choice.label)).join(" · ") : kind
  return `${what} → {{ ${text(capture.name) || "…"} }}`
}

/** What the palette offers: each makes an action of a node, or gives the node another exit. */
export interface Offer {
  id: string
  group: "say" | "ask" | "logic" | "data" | "outside"
  icon: LucideIcon
  family: Family
  action?: (bot: Bot) => Action
  exit?: (bot: Bot) => Exit
}

const action = (id: string, group: Offer["group"]): Offer => ({
  id,
  group,
  ...pick(ACTIONS[id]!),
  action: ACTIONS[id]!.blank,
})
const pick = ({ icon, family }: { icon: LucideIcon; family: Family }) => ({ icon, family })

const capture =
  (kind: string, more: Record<string, unknown> = {}) =>
  (bot: Bot): Exit => ({
    do: "wait_for_reply",
    capture: { kind, name: freeData(bot, kind === "text" ? "answer" : kind), ...more },
    go_to: "",
  })

export const OFFERS: readonly Offer[] = [
  action("send_message", "say"),
  action("send_file", "say"),
  action("suggest_replies", "say"),
  { id: "ask_text", group: "ask", ...pick(EXITS.wait_for_reply!), exit: capture("text") },
  {
    id: "ask_choice",
    group: "ask",
    icon: MessagesSquare,
    family: "choice",
    exit: capture("one_of", { choices: [{ label: t("blank.choice_one") }, { label: t("blank.choice_two") }] }),
  },
  { id: "ask_yes_no", group: "ask", icon: MessagesSquare, family: "choice", exit: capture("yes_no") },
  { id: "route", group: "logic", ...pick(EXITS.route!), exit: EXITS.route!.blank },
  { id: "go_to", group: "logic", ...pick(EXITS.go_to!), exit: EXITS.go_to!.blank },
  { id: "end", group: "logic", ...pick(EXITS.end!), exit: EXITS.end!.blank },
  action("set_data", "data"),
  action("clear_data", "data"),
  action("tag", "data"),
  action("fulfill", "outside"),
  action("custom_request", "outside"),
]

function freeData(bot: Bot, wanted: string): string {
  const taken = new Set(nodeNames(bot).map(name => text(captureOf(bot.nodes[name])?.name)))
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}_${count}`
    if (!taken.has(name)) return name
  }
}

export function offerName(offer: Offer): string {
  return word(`offer.${offer.id}`, offer.id)
}
