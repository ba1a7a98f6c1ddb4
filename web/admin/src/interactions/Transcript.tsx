/*
 * The transcript: what was said, and between it what happened. Everything here came from visitors and endpoints: it is
 * drawn as text and as nothing else.
 */
import {
  CircleAlert,
  CircleCheck,
  Database,
  FileText,
  Flag,
  GitBranch,
  Globe,
  Hourglass,
  type LucideIcon,
  Star,
  TagIcon,
  TriangleAlert,
} from "lucide-react"
import { useEffect, useRef } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { BASE } from "../../../ui/api.ts"
import { t } from "../../../ui/t.ts"
import { clock, exact } from "../../../ui/time.ts"
import "./transcript.css"
import { plain } from "../../../widget/src/md.ts"

type Whole = components["schemas"]["WholeInteraction"]
type Item = components["schemas"]["Item"]

const ICONS: Partial<Record<Item["kind"], readonly [LucideIcon, string]>> = {
  event: [CircleCheck, "logic"],
  data: [Database, "data"],
  tag: [TagIcon, "data"],
  refused: [CircleAlert, "question"],
  route: [GitBranch, "logic"],
  asked: [Globe, "outside"],
  answered: [Globe, "outside"],
  warning: [TriangleAlert, "question"],
  ignored: [CircleAlert, "logic"],
  ended: [Flag, "ending"],
  finalized: [Flag, "ending"],
  failed: [CircleAlert, "ending"],
  feedback: [Star, "choice"],
  deadline: [Hourglass, "question"],
}
/** What is said, and shown even when the reasons are not. */
const SAID = new Set<Item["kind"]>(["message", "file", "ended", "feedback"])

export function Transcript({ whole, why }: { whole: Whole; why: boolean }) {
  const last = useRef<HTMLLIElement>(null)
  const count = whole.turns.length
  const seen = useRef(count)
  useEffect(() => {
    // What arrives while one watches is scrolled to; what was there is left where it is.
    if (count > seen.current) last.current?.scrollIntoView({ block: "nearest" })
    seen.current = count
  }, [count])
  return (
    <ol className="transcript">
      {whole.turns.flatMap(turn =>
        turn.items
          .filter(item => why || SAID.has(item.kind))
          .map((item, index) => (
            <One key={`${turn.number}.${index}`} item={item} at={turn.at} whole={whole} why={why} />
          )),
      )}
      <li ref={last} aria-hidden="true" />
    </ol>
  )
}

function One({ item, at, whole, why }: { item: Item; at: number; whole: Whole; why: boolean }) {
  const { line, nodes } = whole
  const name = item.node ? (nodes[item.node] ?? item.node) : ""
  switch (item.kind) {
    case "message":
    case "file":
      return (
        <li className={item.sender === "customer" ? "said by-customer" : "said"}>
          <div className="bubble">
            {item.kind === "message" ? (
              // the marks of Markdown say nothing here; what a visitor wrote stands as it was written
              item.sender === "customer" ? (
                item.text
              ) : (
                plain(item.text ?? "")
              )
            ) : (
              <a href={`${BASE}/interactions/${line.uuid}/files/${encodeURIComponent(item.file ?? "")}`} download>
                <FileText size={14} aria-hidden /> {item.name}
              </a>
            )}
          </div>
          <span className="meta">
            {t(
              item.sender === "customer"
                ? "sender.customer"
                : item.sender === "system"
                  ? "sender.system"
                  : "sender.bot",
            )}
            {" · "}
            <time dateTime={new Date(at).toISOString()} title={exact(at)}>
              {clock(at)}
            </time>
            {item.sender === "bot" && name && !why && (
              <>
                {" · "}
                <ToCanvas bot={line.bot} node={item.node ?? ""} name={name} />
              </>
            )}
          </span>
        </li>
      )
    case "node":
      return (
        <li className="node-line">
          <span>
            <ToCanvas bot={line.bot} node={item.node ?? ""} name={name} /> · {item.says}
          </span>
        </li>
      )
    case "suggestions":
      return (
        <li className="offered">
          {(item.suggestions ?? []).map(({ label }) => (
            <span key={label}>{label}</span>
          ))}
        </li>
      )
    default:
      return <What item={item} />
  }
}

function ToCanvas({ bot, node, name }: { bot: string; node: string; name: string }) {
  return (
    <Link href={`/bots/${encodeURIComponent(bot)}?node=${encodeURIComponent(node)}`} title={t("interaction.canvas")}>
      {name}
    </Link>
  )
}

function What({ item }: { item: Item }) {
  const [Icon, hue] = ICONS[item.kind] ?? [CircleCheck, "logic"]
  const bad = item.kind === "failed" || (item.kind === "answered" && item.name)
  const look = bad ? "what bad" : item.kind === "warning" ? "what warn" : "what"
  return (
    <li className={look}>
      <span className={`tile ${bad ? "ending" : hue}`}>
        <Icon size={13} aria-hidden />
      </span>
      <div className="grow">
        {item.kind === "data" ? <Datum item={item} /> : item.says}
        {item.kind === "tag" && ` ${item.name}`}
        {item.kind === "answered" && item.name && (
          <>
            {" "}
            <code>{item.name}</code>
          </>
        )}
        {(item.kind === "event" || item.kind === "answered") && item.text && <div className="dim">{item.text}</div>}
        {item.kind === "route" && <Route item={item} />}
        {item.at && (
          <>
            {" "}
            <time dateTime={new Date(item.at).toISOString()} title={exact(item.at)}>
              {clock(item.at)}
            </time>
          </>
        )}
      </div>
    </li>
  )
}

function Datum({ item }: { item: Item }) {
  const values = { name: item.name ?? "", before: item.before ?? "", after: item.after ?? "" }
  const what = item.after == null ? "cleared" : item.before == null ? "set" : "changed"
  return (
    <span className="mono" title={item.says}>
      {t(`item.data.${what}`, values)}
    </span>
  )
}

function Route({ item }: { item: Item }) {
  const saw = Object.entries(item.saw ?? {})
  if (!item.tried?.length && !saw.length) return null
  return (
    <details>
      <summary>{t("item.route.compared")}</summary>
      <ul className="tried">
        {saw.map(([name, value]) => (
          <li key={name}>
            <code>{name.replace(/^data\./, "")}</code>
            <span>{value === null ? <em>{t("item.route.not_set")}</em> : <code>{value}</code>}</span>
          </li>
        ))}
        {(item.tried ?? []).map((one, index) => (
          <li key={index}>
            <span className="grow">{one.when}</span>
            <span className={one.taken ? "chip ok" : "chip"}>
              {one.taken ? t("item.route.held") : t("item.route.not_held")}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
