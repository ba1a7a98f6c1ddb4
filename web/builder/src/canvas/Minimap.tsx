/* The whole bot at a glance, on one small canvas, drawn at most five times a second. Click or drag to go there. */
import { useReactFlow, useStoreApi } from "@xyflow/react"
import { type PointerEvent, useEffect, useRef } from "react"
import { CARD_WIDTH, card } from "../../../document/geometry.ts"
import { nodeOf, type Point } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { useEditorStore } from "../editing/store.ts"

const [WIDTH, HEIGHT, MARGIN, EVERY_MS] = [168, 112, 8, 200]

interface Frame {
  scale: number
  x: number
  y: number
}

export function Minimap({ places }: { places: ReadonlyMap<string, Point> }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<Frame>({ scale: 1, x: 0, y: 0 })
  const drawn = useRef(false)
  const flow = useStoreApi()
  const { setCenter, getZoom } = useReactFlow()
  const store = useEditorStore()
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined
    const draw = () => {
      due = undefined
      if (canvas.current) frame.current = paint(canvas.current, places, store.getState(), flow.getState())
    }
    const later = () => {
      due ??= setTimeout(draw, EVERY_MS)
    }
    if (drawn.current) later()
    else draw()
    drawn.current = true
    let seen = flow.getState().transform
    const stopFlow = flow.subscribe(state => {
      if (state.transform !== seen) later()
      seen = state.transform
    })
    const stopEditor = store.subscribe((now, before) => {
      if (now.selection !== before.selection || now.issues !== before.issues) later()
    })
    const scheme = new MutationObserver(later)
    scheme.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] })
    return () => {
      clearTimeout(due)
      stopFlow()
      stopEditor()
      scheme.disconnect()
    }
  }, [places, flow, store])
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.type === "pointermove" && event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    const { scale, x, y } = frame.current
    void setCenter((event.clientX - box.left) / scale + x, (event.clientY - box.top) / scale + y, { zoom: getZoom() })
  }
  return (
    <canvas
      ref={canvas}
      className="minimap"
      width={WIDTH * 2}
      height={HEIGHT * 2}
      role="img"
      aria-label={t("canvas.minimap")}
      onPointerDown={go}
      onPointerMove={go}
    />
  )
}

function paint(
  canvas: HTMLCanvasElement,
  places: ReadonlyMap<string, Point>,
  editor: { history: { bot: Parameters<typeof nodeOf>[0] }; selection: { nodes: readonly string[] } },
  {
    transform: [tx, ty, zoom],
    width,
    height,
  }: { transform: readonly [number, number, number]; width: number; height: number },
): Frame {
  const style = getComputedStyle(canvas)
  const boxes = [...places].map(([name, [x, y]]) => ({ name, x, y, h: card(nodeOf(editor.history.bot, name)).height }))
  const view = { x: -tx / zoom, y: -ty / zoom, w: width / zoom, h: height / zoom }
  const left = boxes.reduce((far, box) => Math.min(far, box.x), view.x)
  const top = boxes.reduce((far, box) => Math.min(far, box.y), view.y)
  const right = boxes.reduce((far, box) => Math.max(far, box.x + CARD_WIDTH), view.x + view.w)
  const bottom = boxes.reduce((far, box) => Math.max(far, box.y + box.h), view.y + view.h)
  const scale = Math.min((WIDTH - 2 * MARGIN) / (right - left), (HEIGHT - 2 * MARGIN) / (bottom - top))
  const x = left - (WIDTH / scale - (right - left)) / 2
  const y = top - (HEIGHT / scale - (bottom - top)) / 2
  const pen = canvas.getContext("2d")
  if (pen) {
    pen.setTransform(2, 0, 0, 2, 0, 0)
    pen.clearRect(0, 0, WIDTH, HEIGHT)
    const chosen = new Set(editor.selection.nodes)
    for (const box of boxes) {
      pen.fillStyle = chosen.has(box.name) || box.name === editor.history.bot.start ? style.outlineColor : style.color
      pen.fillRect(
        (box.x - x) * scale,
        (box.y - y) * scale,
        Math.max(2, CARD_WIDTH * scale),
        Math.max(2, box.h * scale),
      )
    }
    pen.strokeStyle = style.outlineColor
    pen.lineWidth = 1.5
    pen.strokeRect((view.x - x) * scale, (view.y - y) * scale, view.w * scale, view.h * scale)
  }
  return { scale, x, y }
}
