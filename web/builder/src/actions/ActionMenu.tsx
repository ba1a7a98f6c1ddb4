/* The menu of everything that a node can do: it opens where a + was pressed. Type to narrow it. */
import { useEffect, useMemo, useRef, useState } from "react"
import { createPortal } from "react-dom"
import { t, word } from "../../../ui/t.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { choose } from "./add.ts"
import { OFFERS, type Offer, offerName } from "./kinds.ts"

const GROUPS = ["say", "ask", "logic", "data", "outside"] as const

export function ActionMenu() {
  const asked = useEditor(editor => editor.asked)
  return asked ? <Open key={`${asked.at.join()} ${asked.node}`} /> : null
}

function Open() {
  const store = useEditorStore()
  const asked = useEditor(editor => editor.asked)!
  const [typed, setTyped] = useState("")
  const [at, setAt] = useState(0)
  const panel = useRef<HTMLDivElement>(null)
  const before = useRef(document.activeElement as HTMLElement | null)
  const offers = useMemo(() => {
    const words = typed.toLowerCase()
    return GROUPS.flatMap(group =>
      OFFERS.filter(
        offer =>
          offer.group === group &&
          `${offerName(offer)} ${word(`offer.${offer.id}.help`, "")} ${offer.id}`.toLowerCase().includes(words),
      ),
    )
  }, [typed])
  const close = (back = true) => {
    store.getState().set({ asked: null })
    if (back) before.current?.focus?.()
  }
  const pick = (offer: Offer | undefined) => {
    if (!offer) return
    close(false)
    choose(store, offer, asked)
  }
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!panel.current?.contains(event.target as Element)) store.getState().set({ asked: null })
    }
    window.addEventListener("pointerdown", outside, true)
    return () => window.removeEventListener("pointerdown", outside, true)
  }, [store])
  useEffect(() => {
    panel.current?.querySelector(`#offer-${at}`)?.scrollIntoView({ block: "nearest" })
  }, [at])
  const [x, y] = asked.at
  const height = Math.min(430, innerHeight - 24)
  const style = {
    left: Math.max(12, Math.min(x, innerWidth - 312)),
    top: Math.max(12, Math.min(y, innerHeight - height - 12)),
    maxHeight: height,
  }
  return createPortal(
    <div ref={panel} className="action-menu" style={style} role="dialog" aria-label={t("menu.add")}>
      <input
        className="menu-filter"
        // biome-ignore lint/a11y/noAutofocus: the menu was opened by the person
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="offers"
        aria-activedescendant={offers.length ? `offer-${at}` : undefined}
        aria-label={t("menu.filter")}
        placeholder={t("menu.filter")}
        value={typed}
        onChange={event => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={event => {
          if (event.key === "ArrowDown") setAt(Math.min(at + 1, offers.length - 1))
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0))
          else if (event.key === "Enter") pick(offers[at])
          else if (event.key === "Escape") close()
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div id="offers" role="listbox" aria-label={t("menu.add")} className="offers">
        {GROUPS.map(group => {
          const here = offers.filter(offer => offer.group === group)
          if (!here.length) return null
          return (
            // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox
            <div key={group} role="group" aria-label={t(`group.${group}`)}>
              <span className="group-name" aria-hidden="true">
                {t(`group.${group}`)}
              </span>
              {here.map(offer => {
                const index = offers.indexOf(offer)
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the field above
                  <div
                    key={offer.id}
                    id={`offer-${index}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={index === at}
                    className="offer"
                    onMouseEnter={() => setAt(index)}
                    onClick={() => pick(offer)}
                  >
                    <span className={`tile ${offer.family}`}>
                      <offer.icon size={13} aria-hidden />
                    </span>
                    <span>
                      {offerName(offer)}
                      <span className="offer-help">{word(`offer.${offer.id}.help`, "")}</span>
                    </span>
                  </div>
                )
              })}
            </div>
          )
        })}
        {!offers.length && <p className="dim nothing">{t("menu.nothing")}</p>}
      </div>
    </div>,
    document.getElementById("layer") ?? document.body,
  )
}
