/* A way between two cards. On hover or selection it shows a + that puts a node into it; far jumps are drawn only then. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, Position, useStore } from "@xyflow/react"
import { Plus } from "lucide-react"
import { memo } from "react"
import { CARD_WIDTH } from "../../../document/geometry.ts"
import { t } from "../../../ui/t.ts"
import { type EditorStore, useEditor, useEditorStore } from "../editing/store.ts"
import { useTaken } from "../test/trial.ts"
import { type WayEdge, wayOfEdge } from "./adapter.ts"
import { useWeight } from "./funnel.ts"
import { FAR } from "./NodeCard.tsx"

/** The line that everybody went along is so much thicker than one that nobody took. */
const THICK = 6

/** Ways leave at the right and arrive at the left. */
const SIDES = { sourcePosition: Position.Right, targetPosition: Position.Left } as const

export const WayLine = memo(function WayLine({
  id,
  source,
  target,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  selected,
}: EdgeProps<WayEdge>) {
  const far = useStore(state => state.transform[2] < FAR)
  const lit = useEditor(
    editor =>
      editor.selection.nodes.includes(source) ||
      editor.selection.nodes.includes(target) ||
      (editor.selection.edge?.source === source && editor.selection.edge.way === wayOfEdge(id).way),
  )
  const hovered = useEditor(editor => editor.hovered === id)
  const taken = useTaken(`/nodes/${escaped(source)}/${wayOfEdge(id).way.replaceAll(".", "/")}`)
  const weight = useWeight(source, wayOfEdge(id).way, target)
  const [path, x, y] = data?.jump
    ? around(sourceX, sourceY, targetX, targetY, data.drop)
    : getBezierPath({ sourceX, sourceY, targetX, targetY, ...SIDES, curvature: 0.3 })
  const strong = lit || hovered || selected || taken
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        {...(weight === null ? {} : { style: { strokeWidth: 1 + THICK * weight } })}
        interactionWidth={far ? 0 : 18}
        className={`way ${taken ? "lit taken" : strong ? "lit" : ""} ${weight === 0 ? "untaken" : ""}`}
        {...(far ? {} : { markerEnd: strong ? "url(#arrow-lit)" : "url(#arrow)" })}
      />
      {hovered && !far && <Insert id={id} x={x} y={y} name={data?.name ?? ""} />}
    </>
  )
})

/** A name as a part of a JSON pointer. */
const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1")

const LINGER_MS = 250
let leaving: ReturnType<typeof setTimeout> | undefined

/** The + of a way stays for a moment, so that the pointer can go from the line to it. */
export function hover(store: EditorStore, id: string | null): void {
  clearTimeout(leaving)
  if (id === null) leaving = setTimeout(() => store.getState().set({ hovered: null }), LINGER_MS)
  else if (store.getState().hovered !== id) store.getState().set({ hovered: id })
}

/** A way back goes below its card and comes in from the left. */
function around(x1: number, y1: number, x2: number, y2: number, drop: number): [string, number, number] {
  if (x2 > x1 + CARD_WIDTH / 2) {
    const [path, x, y] = getBezierPath({ sourceX: x1, sourceY: y1, targetX: x2, targetY: y2, ...SIDES })
    return [path, x, y]
  }
  const low = y2 > y1 ? (y1 + y2) / 2 : y1 + drop + 24
  const [a, b] = [x1 + 44, x2 - 44]
  const path = `M${x1} ${y1}C${a + 30} ${y1} ${a + 30} ${low} ${a - 20} ${low}L${b + 20} ${low}C${b - 30} ${low} ${b - 30} ${y2} ${x2} ${y2}`
  return [path, (a + b) / 2, low]
}

function Insert({ id, x, y, name }: { id: string; x: number; y: number; name: string }) {
  const store = useEditorStore()
  return (
    <EdgeLabelRenderer>
      <button
        type="button"
        className="plain insert-button nodrag nopan"
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        aria-label={t("way.insert", { way: name })}
        onMouseEnter={() => hover(store, id)}
        onMouseLeave={() => hover(store, null)}
        onClick={event => {
          const { right, top } = event.currentTarget.getBoundingClientRect()
          store.getState().set({ asked: { at: [right + 6, top], between: wayOfEdge(id) } })
        }}
      >
        <Plus size={14} aria-hidden />
      </button>
    </EdgeLabelRenderer>
  )
}
