/* A node as a card: its title, its actions, its exit, and a row for each way out. Far away only its title is drawn. */
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter"
import { Handle, type NodeProps, Position, useStore } from "@xyflow/react"
import { AlertTriangle, CircleAlert, CornerDownRight, Flag, Plus } from "lucide-react"
import { type CSSProperties, type MouseEvent, memo, useEffect, useRef, useState } from "react"
import { exitRows } from "../../../document/geometry.ts"
import type { Action, Bot } from "../../../document/index.ts"
import { actionsOf, addAction, addNode, labelNode, moveAction, setExit } from "../../../document/index.ts"
import { t, word } from "../../../ui/t.ts"
import { nodeFor } from "../actions/add.ts"
import { exitSummary, kindOf, OFFERS, summaryOf } from "../actions/kinds.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { useWalked } from "../test/trial.ts"
import { type CardNode, endY, type WayRow } from "./adapter.ts"
import { FailMark } from "./FailMark.tsx"
import { type Came, percent, useCame, useWayShare } from "./funnel.ts"
import { Pieces } from "./pieces.tsx"
import { editRow, RowEdit } from "./RowEdit.tsx"

export const FAR = 0.45

export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const far = useStore(state => state.transform[2] < FAR)
  const pulse = useEditor(editor => (editor.shown?.names.includes(id) ? editor.shown.at : 0))
  const chosen = useEditor(editor =>
    editor.selection.nodes.length === 1 && editor.selection.nodes[0] === id ? editor.selection.row : undefined,
  )
  const walked = useWalked(id)
  const came = useCame(id)
  const classes = [
    "node-card",
    came && (came.came ? "came" : "nobody"),
    walked !== null && (walked ? "walked" : "unwalked"),
    selected && "selected",
    far && "far",
    data.mark && `mark-${data.mark}`,
    data.unreachable && "unreachable",
    data.change && `is-${data.change}`,
  ]
  return (
    <div
      className={classes.filter(Boolean).join(" ")}
      style={{ height: data.height, ...(came ? { "--share": came.share } : {}) } as CSSProperties}
      data-pulse={pulse || undefined}
      data-node={id}
    >
      {!far && <Handle id="in" type="target" position={Position.Left} className="dot in" isConnectableStart={false} />}
      <Head id={id} data={data} came={came} />
      {came !== null && came.left > 0 && (
        <span className="left-chip">{t("node.left", { count: came.left, share: percent(came.left / came.came) })}</span>
      )}
      {!far && (
        <>
          {actionsOf(data.node).map((action, index) => (
            <Row
              key={index}
              id={id}
              index={index}
              action={action}
              endpoints={data.endpoints}
              chosen={chosen === index}
            />
          ))}
          {exitRows(data.node) > 0 && <ExitRow id={id} data={data} chosen={chosen === "exit"} />}
          <Add id={id} count={actionsOf(data.node).length} />
          {data.rows.length > 0 && (
            <div className="ways">
              {data.rows.map(row => (
                <WayLine key={row.way.id} id={id} row={row} />
              ))}
            </div>
          )}
        </>
      )}
    </div>
  )
})

function Head({ id, data, came }: { id: string; data: CardNode["data"]; came: Came | null }) {
  const store = useEditorStore()
  const [editing, setEditing] = useState(false)
  const done = (value: string) => {
    setEditing(false)
    if (value.trim() !== data.title) store.getState().make(labelNode(store.getState().history.bot, id, value.trim()))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the title can be edited in the panel too
    <div className="head grip" onDoubleClick={() => setEditing(true)}>
      {editing ? (
        <input
          className="nodrag title-input"
          aria-label={t("node.label")}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to edit it
          autoFocus
          defaultValue={data.title}
          onFocus={event => event.currentTarget.select()}
          onBlur={event => done(event.currentTarget.value)}
          onKeyDown={event => {
            event.stopPropagation()
            if (event.key === "Enter") event.currentTarget.blur()
            if (event.key === "Escape") setEditing(false)
          }}
        />
      ) : (
        <strong className="title">{data.title}</strong>
      )}
      {came && (
        <span className="chip tiny share" title={t("node.came", { count: came.came, share: percent(came.share) })}>
          {percent(came.share)}
        </span>
      )}
      {data.jumps > 0 && (
        <span className="jumps" title={t("node.jumps", { count: data.jumps })}>
          <CornerDownRight size={11} aria-hidden /> {data.jumps}
        </span>
      )}
      {data.start && (
        <span className="chip ok tiny">
          <Flag size={11} aria-hidden /> {t("node.start")}
        </span>
      )}
      {data.change && <span className={`chip tiny change-${data.change}`}>{t(`change.${data.change}`)}</span>}
      {data.mark === "error" && (
        <CircleAlert size={15} className="mark-icon bad" role="img" aria-label={t("node.has_error")} />
      )}
      {data.mark === "warning" && (
        <AlertTriangle size={15} className="mark-icon warn" role="img" aria-label={t("node.has_warning")} />
      )}
    </div>
  )
}

interface RowProps {
  id: string
  index: number
  action: Action
  endpoints: Bot["endpoints"]
  chosen: boolean
}

/** Above or below the middle of a row? */
function isBelow(element: Element, y: number): boolean {
  const { top, height } = element.getBoundingClientRect()
  return y > top + height / 2
}

function Row({ id, index, action, endpoints, chosen }: RowProps) {
  const store = useEditorStore()
  const ref = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState<"above" | "below" | null>(null)
  const editing = useEditor(editor => editor.typing?.node === id && editor.typing.row === index)
  const { icon: Icon, family } = kindOf(action.do)
  const kind = word(`action.${action.do}`, action.do)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const stopDrag = draggable({ element, getInitialData: () => ({ kind: "action", node: id, index }) })
    const stopDrop = dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.kind === "action" || source.data.kind === "offer",
      getData: () => ({ row: index }),
      onDrag: ({ location }) => setOver(isBelow(element, location.current.input.clientY) ? "below" : "above"),
      onDragLeave: () => setOver(null),
      onDrop: ({ source, location }) => {
        setOver(null)
        drop(store, id, index + (isBelow(element, location.current.input.clientY) ? 1 : 0), source.data)
      },
    })
    return () => {
      stopDrag()
      stopDrop()
    }
  }, [id, index, store])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same can be edited in the panel
    <div
      ref={ref}
      className={`action-row nodrag ${chosen ? "chosen" : ""} ${over ? `over-${over}` : ""}`}
      data-row={index}
      onDoubleClick={event => {
        event.stopPropagation()
        editRow(store, id, index)
      }}
    >
      <button
        type="button"
        className="plain row-button"
        onClick={event => {
          if (event.shiftKey || event.ctrlKey || event.metaKey) return
          event.stopPropagation()
          store.getState().select({ nodes: [id], row: index }, "node")
        }}
        aria-label={`${kind}: ${summaryOf(action, { endpoints } as Bot)}`}
      >
        <span className={`tile ${family}`}>
          <Icon size={13} aria-hidden />
        </span>
        <span className="summary">
          <Pieces text={summaryOf(action, { endpoints } as Bot)} />
        </span>
      </button>
      {endpoints && <FailMark action={action} />}
      {editing && <RowEdit node={id} row={index} label={kind} />}
    </div>
  )
}

/** Something was dropped on a place among the actions of a node. */
export function drop(
  store: ReturnType<typeof useEditorStore>,
  node: string,
  position: number,
  given: Record<string, unknown>,
): void {
  const { make, history } = store.getState()
  if (given.kind === "action") {
    const [from, index] = [String(given.node), Number(given.index)]
    if (from === node && (position === index || position === index + 1)) return
    const row = from === node && position > index ? position - 1 : position
    make(moveAction(history.bot, from, index, node, position), { select: { nodes: [node], row } })
  }
  const offer = given.kind === "offer" ? OFFERS.find(each => each.id === given.id) : undefined
  if (offer?.action)
    make(addAction(history.bot, node, offer.action(history.bot), position), {
      select: { nodes: [node], row: position },
      focus: true,
    })
  else if (offer?.exit)
    make(setExit(history.bot, node, offer.exit(history.bot)), { select: { nodes: [node], row: "exit" }, focus: true })
}

function ExitRow({ id, data, chosen }: { id: string; data: CardNode["data"]; chosen: boolean }) {
  const store = useEditorStore()
  const { icon: Icon, family } = kindOf(data.node.exit.do)
  const end = data.node.exit.do === "end"
  const editing = useEditor(editor => editor.typing?.node === id && editor.typing.row === "exit")
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same can be edited in the panel
    <div
      className={`action-row exit-row ${chosen ? "chosen" : ""}`}
      data-row="exit"
      onDoubleClick={event => {
        event.stopPropagation()
        editRow(store, id, "exit")
      }}
    >
      <button
        type="button"
        className="plain row-button nodrag"
        aria-label={`${word(`exit.${data.node.exit.do}`, data.node.exit.do)}: ${exitSummary(data.node)}`}
        onClick={event => {
          if (event.shiftKey || event.ctrlKey || event.metaKey) return
          event.stopPropagation()
          store.getState().select({ nodes: [id], row: "exit" }, "node")
        }}
      >
        <span className={`tile ${family}`}>
          <Icon size={13} aria-hidden />
        </span>
        <span className="summary">
          <Pieces text={exitSummary(data.node)} />
        </span>
      </button>
      {editing && <RowEdit node={id} row="exit" label={word(`exit.${data.node.exit.do}`, data.node.exit.do)} />}
      {end && (
        <Handle
          id="exit.node"
          type="source"
          position={Position.Right}
          className="dot open"
          style={{ top: endY(data.node) - endY(data.node) + 17 }}
        />
      )}
    </div>
  )
}

function Add({ id, count }: { id: string; count: number }) {
  const store = useEditorStore()
  const ref = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.kind === "action" || source.data.kind === "offer",
      getData: () => ({ row: count }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        drop(store, id, count, source.data)
      },
    })
  }, [id, count, store])
  const ask = (event: MouseEvent<HTMLButtonElement>) => {
    event.stopPropagation()
    const { left, bottom } = event.currentTarget.getBoundingClientRect()
    store.getState().set({ asked: { at: [left, bottom + 2], node: id, index: count }, selection: { nodes: [id] } })
  }
  return (
    <div ref={ref} className={over ? "add-row over" : "add-row"}>
      <button type="button" className="plain nodrag add-button" onClick={ask}>
        <Plus size={13} aria-hidden /> {t("node.add_action")}
      </button>
    </div>
  )
}

function WayLine({ id, row }: { id: string; row: WayRow }) {
  const store = useEditorStore()
  const share = useWayShare(id, row.way.id, row.way.target)
  const follow = () => {
    if (row.jump === undefined) return
    store.getState().select({ nodes: [row.jump] }, "node")
    store.getState().show([row.jump])
  }
  const grow = (event: MouseEvent) => {
    event.stopPropagation()
    const { right, top } = event.currentTarget.getBoundingClientRect()
    store.getState().set({ asked: { at: [right + 8, top], from: ["nodes", id, ...row.way.path] } })
  }
  return (
    <div className={`way-row ${row.open ? "open" : ""}`}>
      {share !== null && (
        <span className="way-share" title={t("way.share", { share: percent(share) })}>
          {percent(share)}
        </span>
      )}
      {row.jump !== undefined ? (
        <button
          type="button"
          className="plain jump nodrag"
          onClick={follow}
          title={t("way.follow", { node: row.chip })}
        >
          → {row.chip}
        </button>
      ) : (
        row.chip && <span className="way-note">{row.chip}</span>
      )}
      <span className="way-name">{row.name}</span>
      {!row.way.target && (
        <button
          type="button"
          className="plain nodrag grow-button"
          aria-label={t("way.grow", { way: row.name })}
          onClick={grow}
        >
          <Plus size={12} aria-hidden />
        </button>
      )}
      <Handle
        id={row.way.id}
        type="source"
        position={Position.Right}
        className={`dot ${row.open ? "open" : row.way.target ? "" : "free"}`}
      />
    </div>
  )
}

/** Make a node of an offer that was dropped on the empty canvas. */
export function dropOnCanvas(
  store: ReturnType<typeof useEditorStore>,
  id: string,
  place: readonly [number, number],
): void {
  const offer = OFFERS.find(each => each.id === id)
  const { history, make } = store.getState()
  if (!offer) return
  const edit = addNode(history.bot, nodeFor(offer, history.bot), place)
  make(edit, { select: { nodes: [edit.name], row: offer.action ? 0 : "exit" }, focus: true })
}
