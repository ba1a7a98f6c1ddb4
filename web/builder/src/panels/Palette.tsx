/* What a bot can do, at the side: click to add it to the selected node, or drag it onto a card or the canvas. */
import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter"
import { useEffect, useRef } from "react"
import { t, word } from "../../../ui/t.ts"
import { choose } from "../actions/add.ts"
import { OFFERS, type Offer, offerName } from "../actions/kinds.ts"
import { useEditorStore } from "../editing/store.ts"

const GROUPS = ["say", "ask", "logic", "data", "outside"] as const

export function Palette() {
  return (
    <section className="palette" aria-label={t("palette.name")}>
      {GROUPS.map(group => (
        <div key={group}>
          <h2 className="group-name">{t(`group.${group}`)}</h2>
          {OFFERS.filter(offer => offer.group === group).map(offer => (
            <Item key={offer.id} offer={offer} />
          ))}
        </div>
      ))}
    </section>
  )
}

function Item({ offer }: { offer: Offer }) {
  const store = useEditorStore()
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return draggable({ element, getInitialData: () => ({ kind: "offer", id: offer.id }) })
  }, [offer])
  return (
    <button
      ref={ref}
      type="button"
      className="plain palette-item"
      title={word(`offer.${offer.id}.help`, "")}
      onClick={() => {
        const { selection, view } = store.getState()
        const [node] = selection.nodes
        const index = typeof selection.row === "number" ? selection.row + 1 : undefined
        choose(
          store,
          offer,
          selection.nodes.length === 1
            ? { node: node!, ...(index === undefined ? {} : { index }) }
            : view
              ? { place: view.middle() }
              : {},
        )
      }}
    >
      <span className={`tile ${offer.family}`}>
        <offer.icon size={13} aria-hidden />
      </span>
      {offerName(offer)}
    </button>
  )
}
