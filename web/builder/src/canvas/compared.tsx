/* A comparison on the canvas: what was removed stands there as a ghost, with the lines that led to it and from it. */
import {
  BaseEdge,
  type Edge,
  type EdgeProps,
  getBezierPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
} from "@xyflow/react"
import { memo } from "react"
import { compare, paint } from "../../../document/compare.ts"
import { CARD_WIDTH, card } from "../../../document/geometry.ts"
import { ghosts } from "../../../document/ghosts.ts"
import type { Bot, ChangeKind } from "../../../document/index.ts"
import { nodeOf } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { ghostId, handles, type WayEdge } from "./adapter.ts"

export type GhostNode = Node<{ title: string; actions: number }, "ghost">
export type GhostEdge = Edge<Record<string, never>, "ghost">

/** Ghosts stand among the cards and lines of the bot; only their own components read what is in them. */
export interface Painted {
  nodes: readonly unknown[]
  edges: readonly unknown[]
  fresh: ReadonlySet<string>
  /** What each node that is still there shows. */
  paint: ReadonlyMap<string, ChangeKind>
}

export function compared(before: Bot, after: Bot): Painted {
  const found = ghosts(before, after)
  const gone = new Set(found.nodes.map(each => each.name))
  const nodes = found.nodes.map(({ name, title, node, place }): GhostNode => {
    const { ways, height, wayY } = card(node)
    return {
      id: ghostId(name),
      type: "ghost",
      position: { x: place[0], y: place[1] },
      width: CARD_WIDTH,
      height,
      measured: { width: CARD_WIDTH, height },
      handles: handles(node, ways, wayY),
      data: { title, actions: node.actions?.length ?? 0 },
      ariaLabel: t("ghost.name", { node: title }),
      draggable: false,
      selectable: false,
      connectable: false,
      zIndex: -1,
    }
  })
  const edges = found.gone.flatMap(({ source, target, way }): GhostEdge[] => {
    // A way that is no longer there leaves where the others do.
    const ways = card(nodeOf(gone.has(source) ? before : after, source)).ways
    const handle = ways.find(each => each.id === way.id) ?? ways.at(-1)
    if (!handle) return []
    return [
      {
        id: `ghost\n${source}\n${way.id}`,
        type: "ghost",
        source: gone.has(source) ? ghostId(source) : source,
        sourceHandle: handle.id,
        target: gone.has(target) ? ghostId(target) : target,
        targetHandle: "in",
        selectable: false,
        focusable: false,
        reconnectable: false,
        data: {},
      },
    ]
  })
  return { nodes, edges, fresh: found.fresh, paint: paint(compare(before, after)) }
}

/** Lines that are new are marked as such. */
export function marked(edges: WayEdge[], fresh: ReadonlySet<string>): WayEdge[] {
  return edges.map(edge => (fresh.has(`${edge.id}\n${edge.target}`) ? { ...edge, className: "fresh" } : edge))
}

export const GhostCard = memo(function GhostCard({ data, height }: NodeProps<GhostNode>) {
  return (
    <div className="ghost-card" style={{ height }}>
      <Handle id="in" type="target" position={Position.Left} className="hidden-dot" isConnectable={false} />
      <s className="title">{data.title}</s>
      <span className="chip tiny change-removed">{t("change.removed")}</span>
      <span className="ghost-text">{t("ghost.actions", { count: data.actions })}</span>
    </div>
  )
})

export const GhostLine = memo(function GhostLine({ id, sourceX, sourceY, targetX, targetY }: EdgeProps<GhostEdge>) {
  const sides = { sourcePosition: Position.Right, targetPosition: Position.Left }
  const [path] = getBezierPath({ sourceX, sourceY, targetX, targetY, ...sides, curvature: 0.3 })
  return <BaseEdge id={id} path={path} interactionWidth={0} className="way gone" />
})
