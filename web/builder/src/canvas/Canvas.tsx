/* The canvas: the bot as cards and ways. It holds no state of the bot: everything is derived, every change is an edit. */
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter"
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  type NodeChange,
  type OnConnectEnd,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react"
import {
  type FocusEvent,
  type KeyboardEvent,
  lazy,
  type MouseEvent,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react"
import "@xyflow/react/dist/base.css"
import { CARD_WIDTH, card } from "../../../document/geometry.ts"
import type { Point } from "../../../document/index.ts"
import {
  connect,
  disconnect,
  findWay,
  has,
  insertExisting,
  marks,
  moveNodes,
  placesOf,
  setNote,
  waysOf,
} from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { type CanvasNode, draw, isGhost, noteId, noteIndex, type WayEdge, wayOfEdge } from "./adapter.ts"
import { funnel, useFunnel } from "./funnel.ts"
import { Minimap } from "./Minimap.tsx"
import { dropOnCanvas, FAR, NodeCard } from "./NodeCard.tsx"
import { NoteCard } from "./NoteCard.tsx"
import { Toolbar } from "./Toolbar.tsx"
import { hover, WayLine } from "./WayLine.tsx"
import { neighbour } from "./walk.ts"
import "./canvas.css"

const bar = () => import("./FunnelBar.tsx")
const FunnelBar = lazy(() => bar().then(each => ({ default: each.FunnelBar })))
const Paths = lazy(() => bar().then(each => ({ default: each.Paths })))
const NODE_TYPES = { card: NodeCard, note: NoteCard }
const EDGE_TYPES = { way: WayLine }
const NONE = new Map()
const SEVERAL = ["Shift", "Meta", "Control"]
const ARIA = { "node.a11yDescription.default": t("canvas.node_help"), "edge.a11yDescription.default": "" }
const NUDGE = 20
const MOST_JUMPS = 12
const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches

export interface MenuRequest {
  at: Point
  node?: string
  row?: number | "exit"
  edge?: { source: string; way: string }
  place?: Point
}

export function Canvas({ menu }: { menu: (request: MenuRequest) => void }) {
  return (
    <ReactFlowProvider>
      <Flow menu={menu} />
    </ReactFlowProvider>
  )
}

function Flow({ menu }: { menu: (request: MenuRequest) => void }) {
  const store = useEditorStore()
  const bot = useBot()
  const issues = useEditor(editor => editor.issues)
  const comparing = useEditor(editor => editor.comparing)
  const selection = useEditor(editor => editor.selection)
  const shown = useEditor(editor => editor.shown)
  const readOnly = useEditor(editor => editor.readOnly)
  const counting = useFunnel(state => state.bot !== "")
  const flow = useReactFlow<CanvasNode, WayEdge>()
  const api = useStoreApi()
  // Sizes and handles are given with each node: measuring would cost time, and far cards have no handles to measure.
  useState(() => api.setState({ updateNodeInternals: () => {} }))
  const frame = useRef<HTMLDivElement>(null)

  const places = useMemo(() => placesOf(bot), [bot])
  const ghosts = useGhosts(comparing !== null)
  const painted = useMemo(
    () => (comparing && ghosts ? ghosts.compared(comparing.before, bot) : null),
    [comparing, ghosts, bot],
  )
  const drawn = useMemo(
    () => draw(bot, places, { marks: marks(bot, issues), paint: painted?.paint ?? NONE }),
    [bot, places, issues, painted],
  )
  const nodeTypes = useMemo(() => (ghosts ? { ...NODE_TYPES, ghost: ghosts.GhostCard } : NODE_TYPES), [ghosts])
  const edgeTypes = useMemo(() => (ghosts ? { ...EDGE_TYPES, ghost: ghosts.GhostLine } : EDGE_TYPES), [ghosts])
  const [nodes, setNodes] = useState<CanvasNode[]>(drawn.nodes)
  const chosen = useMemo(() => new Set(selection.nodes), [selection.nodes])
  useEffect(() => {
    setNodes(drawn.nodes.map(node => selectedAs(node, chosen.has(node.id) || node.id === noteId(selection.note ?? -1))))
  }, [drawn, chosen, selection.note])

  // The line of a far jump is there only while one of its ends is selected; a node that half the bot leads to shows none.
  const edges = useMemo(() => {
    const jumps = new Map<string, number>()
    for (const edge of drawn.edges) if (edge.data?.jump) jumps.set(edge.target, (jumps.get(edge.target) ?? 0) + 1)
    return drawn.edges.filter(
      edge =>
        !edge.data?.jump ||
        chosen.has(edge.source) ||
        (chosen.has(edge.target) && (jumps.get(edge.target) ?? 0) <= MOST_JUMPS),
    )
  }, [drawn.edges, chosen])

  const allNodes = useMemo(() => (painted ? [...nodes, ...(painted.nodes as CanvasNode[])] : nodes), [nodes, painted])
  const allEdges = useMemo(
    () => (painted && ghosts ? [...ghosts.marked(edges, painted.fresh), ...(painted.edges as WayEdge[])] : edges),
    [edges, painted, ghosts],
  )

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const moved = changes.filter(change => change.type === "position" || change.type === "dimensions")
      if (moved.length) setNodes(before => applyNodeChanges(moved, before))
      const picked = changes.filter(change => change.type === "select")
      if (!picked.length) return
      const { selection: now, select } = store.getState()
      const names = new Set(now.nodes)
      let note = now.note
      for (const change of picked) {
        const index = noteIndex(change.id)
        if (index >= 0) note = change.selected ? index : note === index ? undefined : note
        else if (change.selected) names.add(change.id)
        else names.delete(change.id)
      }
      const same = names.size === now.nodes.length && now.nodes.every(name => names.has(name))
      if (!same || note !== now.note) select({ nodes: [...names], ...(note === undefined ? {} : { note }) })
    },
    [store],
  )

  const visible = useCallback(
    (name: string): boolean => {
      const place = placesOf(store.getState().history.bot).get(name)
      const box = frame.current?.getBoundingClientRect()
      if (!place || !box) return true
      const a = flow.flowToScreenPosition({ x: place[0], y: place[1] })
      const height = card(store.getState().history.bot.nodes[name]).height
      const b = flow.flowToScreenPosition({ x: place[0] + CARD_WIDTH, y: place[1] + height })
      return a.x >= box.left && b.x <= box.right && a.y >= box.top && b.y <= box.bottom
    },
    [flow, store],
  )

  const look = useCallback(
    (name: string) => {
      const now = store.getState().history.bot
      const place = placesOf(now).get(name)
      if (!place || (visible(name) && flow.getZoom() >= FAR)) return
      const { height } = card(now.nodes[name])
      void flow.setCenter(place[0] + CARD_WIDTH / 2, place[1] + Math.min(height, 500) / 2, {
        zoom: Math.max(flow.getZoom(), 0.7),
        duration: reduced() ? 0 : 180,
      })
    },
    [flow, store, visible],
  )

  useEffect(() => {
    const [first] = shown?.names ?? []
    if (first !== undefined && shown && shown.names.length <= 3) look(first)
  }, [shown, look])

  useEffect(() => {
    const duration = () => (reduced() ? 0 : 180)
    store.setState({
      view: {
        fit: names =>
          void flow.fitView({
            ...(names?.length ? { nodes: names.map(id => ({ id })) } : {}),
            padding: 0.12,
            maxZoom: 1,
            minZoom: 0.05,
            duration: duration(),
          }),
        zoom: by => void flow.zoomTo(flow.getZoom() * by, { duration: duration() }),
        middle: () => {
          const box = frame.current!.getBoundingClientRect()
          const { x, y } = flow.screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 2 })
          return [x - CARD_WIDTH / 2, y - 100]
        },
        focus: name => {
          look(name)
          setTimeout(() => focusCard(frame.current, name), reduced() ? 0 : 200)
        },
      },
    })
    return () => store.setState({ view: null })
  }, [flow, store, look])

  useEffect(() => {
    const element = frame.current
    if (!element) return
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.kind === "offer",
      onDrop: ({ source, location }) => {
        if (location.current.dropTargets[0]?.element !== element) return
        const { clientX, clientY } = location.current.input
        const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY })
        dropOnCanvas(store, String(source.data.id), [x - CARD_WIDTH / 2, y - 20])
      },
    })
  }, [flow, store])

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) =>
      store.getState().make(connect(store.getState().history.bot, source, sourceHandle ?? "", target)),
    [store],
  )
  const onConnectEnd: OnConnectEnd = useCallback(
    (event, state) => {
      if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source") return
      const { clientX, clientY } = "changedTouches" in event ? event.changedTouches[0]! : event
      const name = state.fromNode.id
      const over = (event.target as Element | null)?.closest?.("[data-node]")?.getAttribute("data-node")
      const way = state.fromHandle.id ?? ""
      if (over) {
        store.getState().make(connect(store.getState().history.bot, name, way, over))
        return
      }
      const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY })
      const path = findWay(store.getState().history.bot, name, way)?.path ?? way.split(".")
      if (way)
        store.getState().set({ asked: { at: [clientX, clientY], place: [x, y - 20], from: ["nodes", name, ...path] } })
    },
    [flow, store],
  )
  const onReconnect = useCallback(
    (edge: WayEdge, { target }: Connection) =>
      store.getState().make(connect(store.getState().history.bot, edge.source, wayOfEdge(edge.id).way, target)),
    [store],
  )
  const onNodeDragStop = useCallback(
    (event: unknown, node: CanvasNode, dragged: CanvasNode[]) => {
      const { history, make } = store.getState()
      const index = noteIndex(node.id)
      if (index >= 0) {
        make(setNote(history.bot, index, { at: [Math.round(node.position.x), Math.round(node.position.y)] }))
        return
      }
      const before = placesOf(history.bot)
      const to = new Map(
        dragged
          .filter(each => noteIndex(each.id) < 0)
          .filter(each => before.get(each.id)?.[0] !== each.position.x || before.get(each.id)?.[1] !== each.position.y)
          .map(each => [each.id, [each.position.x, each.position.y] as const]),
      )
      if (!to.size) return
      const move = moveNodes(history.bot, to)
      const { clientX, clientY } = event as { clientX: number; clientY: number }
      const edge = dragged.length === 1 ? edgeAt(clientX, clientY) : undefined
      const { source, way } = edge ? wayOfEdge(edge) : { source: node.id, way: "" }
      const leads = waysOf(history.bot.nodes[node.id]).some(each => each.target)
      const insert = source === node.id || leads ? undefined : insertExisting(history.bot, source, way, node.id)
      // What was one movement of the hand is undone as one.
      if (insert)
        make({
          ...insert,
          change(draft) {
            move.change(draft)
            insert.change(draft)
          },
        })
      else make(move)
    },
    [store],
  )

  const keys = (event: KeyboardEvent) => {
    if ((event.target as Element).closest("input, textarea, [contenteditable]")) return
    const { history, selection: now, select, make, show } = store.getState()
    const focused = (event.target as Element).closest("[data-id]")?.getAttribute("data-id")
    const here = focused && has(history.bot, focused) ? focused : now.nodes[0]
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && here && (event.target as Element).matches(".react-flow__node")) {
        event.preventDefault()
        select({ nodes: [here] }, "node")
        show([here], true)
      }
      return
    }
    event.preventDefault()
    if (event.altKey && now.nodes.length) {
      const [dx, dy] = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] }[
        event.key
      ] as [number, number]
      const at = placesOf(history.bot)
      make(
        moveNodes(
          history.bot,
          new Map(now.nodes.map(name => [name, [at.get(name)![0] + dx, at.get(name)![1] + dy] as const])),
        ),
      )
      return
    }
    const next = here ? neighbour(history.bot, placesOf(history.bot), here, event.key) : history.bot.start
    if (next === undefined) return
    select({ nodes: [next] })
    look(next)
    setTimeout(() => focusCard(frame.current, next), reduced() ? 20 : 220)
  }

  // The same functions at every drawing: else each visible card and way would be drawn anew in each frame of a drag.
  const pointing = useMemo(() => {
    const context = (event: MouseEvent | globalThis.MouseEvent, more: Omit<MenuRequest, "at">) => {
      event.preventDefault()
      menu({ at: [event.clientX, event.clientY], ...more })
    }
    return {
      onNodeClick: (_: unknown, node: CanvasNode) => {
        if (isGhost(node.id)) store.getState().set({ panel: "versions", panelOpen: true })
        else if (noteIndex(node.id) < 0) {
          const { selection: now, set } = store.getState()
          // Rows catch their own clicks: what was clicked is the node, not the row that was chosen in it before.
          const whole = now.row !== undefined && now.nodes.length === 1 && now.nodes[0] === node.id
          set({ panel: "node", panelOpen: true, ...(whole ? { selection: { nodes: [node.id] } } : {}) })
        }
      },
      onEdgeClick: (_: unknown, edge: WayEdge) => store.getState().select({ nodes: [], edge: wayOfEdge(edge.id) }),
      onNodeMouseEnter: (_: unknown, node: CanvasNode) => over(node.id),
      onNodeMouseLeave: () => over(null),
      onEdgeMouseEnter: (_: unknown, edge: WayEdge) => hover(store, edge.id),
      onEdgeMouseLeave: () => hover(store, null),
      onPaneClick: () => store.getState().select({ nodes: [] }),
      onPaneContextMenu: (event: MouseEvent | globalThis.MouseEvent) => {
        const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
        context(event, { place: [x, y] })
      },
      onNodeContextMenu: (event: MouseEvent, node: CanvasNode) => {
        if (noteIndex(node.id) >= 0 || isGhost(node.id)) return
        const row = (event.target as Element).closest("[data-row]")?.getAttribute("data-row")
        if (!store.getState().selection.nodes.includes(node.id)) store.getState().select({ nodes: [node.id] })
        context(event, { node: node.id, ...(row === "exit" ? { row } : row ? { row: Number(row) } : {}) })
      },
      onEdgeContextMenu: (event: MouseEvent, edge: WayEdge) => context(event, { edge: wayOfEdge(edge.id) }),
    }
  }, [flow, menu, store])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach the cards inside, which have the focus
    <div className="canvas" ref={frame} onKeyDown={keys} onFocus={lookAtFocused} onBlur={() => over(null)}>
      <Arrows />
      <ReactFlow<CanvasNode, WayEdge>
        nodes={allNodes}
        edges={allEdges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={onReconnect}
        onNodeDragStop={onNodeDragStop}
        {...pointing}
        onlyRenderVisibleElements
        attributionPosition="bottom-left"
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={SEVERAL}
        connectionRadius={28}
        minZoom={0.05}
        maxZoom={1.6}
        onInit={instance => {
          firstLook(instance, frame.current, bot.start)
          // what was asked for before there was a view, as by a link
          const [asked] = store.getState().shown?.names ?? []
          if (asked !== undefined) look(asked)
        }}
        panOnScroll={false}
        zoomOnDoubleClick={false}
        nodeDragThreshold={2}
        ariaLabelConfig={ARIA}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.5} color="var(--dot)" />
      </ReactFlow>
      {counting && (
        <Suspense fallback={null}>
          <FunnelBar />
          <Paths />
        </Suspense>
      )}
      <Minimap places={places} />
      <Toolbar />
    </div>
  )
}

/** What draws a comparison, loaded with the first one. */
function useGhosts(wanted: boolean): typeof import("./compared.tsx") | null {
  const [loaded, setLoaded] = useState<typeof import("./compared.tsx") | null>(null)
  useEffect(() => {
    if (wanted && !loaded) void import("./compared.tsx").then(setLoaded)
  }, [wanted, loaded])
  return loaded
}

/** While it is counted how far visitors get, the paths through one node are told: the one that is looked at. */
function over(id: string | null): void {
  if (funnel.getState().bot) funnel.setState({ over: id?.includes("\n") ? null : id })
}

function lookAtFocused(event: FocusEvent): void {
  over(event.target.closest(".react-flow__node")?.getAttribute("data-id") ?? null)
}

const [EDGE, READABLE] = [48, 0.6]

/** The whole bot when it is readable then; else its start, at the left, and what follows. */
function firstLook(flow: ReactFlowInstance<CanvasNode, WayEdge>, frame: HTMLElement | null, start: string): void {
  const nodes = flow.getNodes()
  const first = nodes.find(node => node.id === start) ?? nodes[0]
  if (!frame || !first) return
  const { width, height } = frame.getBoundingClientRect()
  const bounds = flow.getNodesBounds(nodes)
  const zoom = Math.min((width - 2 * EDGE) / bounds.width, (height - 2 * EDGE - 60) / bounds.height, 1)
  if (zoom >= READABLE)
    void flow.setViewport({
      x: width / 2 - (bounds.x + bounds.width / 2) * zoom,
      y: (height - 60) / 2 - (bounds.y + bounds.height / 2) * zoom,
      zoom,
    })
  else
    void flow.setViewport({
      x: EDGE - first.position.x * 0.75,
      y: height / 2 - (first.position.y + (first.height ?? 0) / 2) * 0.75,
      zoom: 0.75,
    })
}

const selectedCache = new WeakMap<CanvasNode, CanvasNode>()

/** The same node with its selection set; a node that is not selected keeps its object. */
function selectedAs(node: CanvasNode, selected: boolean): CanvasNode {
  if (!selected) return node
  const kept = selectedCache.get(node) ?? { ...node, selected: true, zIndex: 10 }
  selectedCache.set(node, kept)
  return kept
}

function focusCard(frame: HTMLElement | null, name: string): void {
  frame?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(name)}"]`)?.focus({ preventScroll: true })
}

function edgeAt(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__edge")?.getAttribute("data-id")
    if (id) return id
  }
  return undefined
}

function Arrows() {
  return (
    <svg className="arrows" aria-hidden="true">
      <defs>
        {["arrow", "arrow-lit"].map(id => (
          <marker
            key={id}
            id={id}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerUnits="userSpaceOnUse"
            markerWidth="11"
            markerHeight="11"
            orient="auto"
          >
            <path d="M0 1L9 5L0 9z" className={id} />
          </marker>
        ))}
      </defs>
    </svg>
  )
}

/** Take a way away; the view stays. */
export function cut(store: ReturnType<typeof useEditorStore>, edge: { source: string; way: string }): void {
  store.getState().make(disconnect(store.getState().history.bot, edge.source, edge.way))
}
