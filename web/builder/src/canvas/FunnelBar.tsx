/* Above the canvas: what the shares on it are counted from; and the most common paths through the node that is looked at. */
import { NativeSelect } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { ChevronRight, Table, X } from "lucide-react"
import { Link } from "wouter"
import { titleOf } from "../../../document/index.ts"
import { sentence } from "../../../ui/api.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { onCanvas } from "../../../ui/words/canvas.ts"
import { useEditor } from "../editing/store.ts"
import { versionsQuery } from "../panels/versions.ts"
import { around, type Counts, close, open, pathsThrough, percent, SPANS, type Span, useFunnel } from "./funnel.ts"

learn(onCanvas)

export function FunnelBar() {
  const { bot, counts, version, span, failure } = useFunnel(state => state)
  const versions = useQuery(versionsQuery(bot))
  return (
    <section className="funnel-bar" aria-label={t("top.funnel")}>
      <strong>{t("top.funnel")}</strong>
      <NativeSelect
        size="xs"
        aria-label={t("flow.version")}
        value={String(version || "")}
        data={(versions.data ?? []).map(each => ({
          value: String(each.number),
          label: t("flow.version_of", { version: String(each.number) }),
        }))}
        onChange={event => void open(bot, Number(event.currentTarget.value), span)}
      />
      <NativeSelect
        size="xs"
        aria-label={t("flow.time")}
        value={span}
        data={Object.keys(SPANS).map(each => ({ value: each, label: t(`flow.time.${(each || "any") as "any"}`) }))}
        onChange={event => void open(bot, version, event.currentTarget.value as Span)}
      />
      <span className="dim small grow" role="status">
        {failure ? (
          <span className="bad">{sentence(failure)}</span>
        ) : !counts ? (
          t("flow.counting")
        ) : counts.read === 0 ? (
          t("flow.nobody")
        ) : (
          `${t("flow.read", { count: counts.read })} ${counts.limited ? t("flow.limited") : ""}`
        )}
      </span>
      <IconButton
        icon={Table}
        label={t("flow.table")}
        size={26}
        renderRoot={(props: object) => (
          <Link {...props} href={`/bots/${encodeURIComponent(bot)}/funnel${version ? `?version=${version}` : ""}`} />
        )}
      />
      <IconButton icon={X} label={t("flow.close")} size={26} onClick={close} />
    </section>
  )
}

/** The paths through the node under the pointer, or with the focus, or the one that is selected. */
export function Paths() {
  const counts = useFunnel(state => state.counts)
  const over = useFunnel(state => state.over)
  const selected = useEditor(({ selection }) => (selection.nodes.length === 1 ? selection.nodes[0]! : null))
  const node = over ?? selected
  if (!counts?.read || node === null) return null
  return <Through counts={counts} node={node} />
}

function Through({ counts, node }: { counts: Counts; node: string }) {
  const bot = useEditor(editor => editor.history.bot)
  const came = counts.nodes.find(one => one.node === node)?.interactions ?? 0
  const paths = pathsThrough(counts, node)
  return (
    <section className="paths" aria-label={t("flow.paths", { node: titleOf(bot, node) })}>
      <h2>{t("flow.paths", { node: titleOf(bot, node) })}</h2>
      {paths.length === 0 ? (
        <p className="dim">{t("flow.no_path")}</p>
      ) : (
        <ol>
          {paths.map(path => (
            <li key={path.nodes.join("\n")}>
              <span className="path-share">
                {percent(path.count / came)} <span className="dim">{path.count}</span>
              </span>
              <span className="path-nodes">
                {around(path.nodes, node).map((each, index) => (
                  <span key={index} className={each === node ? "path-node here" : "path-node"}>
                    {index > 0 && <ChevronRight size={11} aria-hidden />}
                    {each ? titleOf(bot, each) : "…"}
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
