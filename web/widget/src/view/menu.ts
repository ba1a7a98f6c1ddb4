import type { Chat } from "../chat"
import type { About } from "../core/types"
import type { Kit } from "../kit"
import { save, transcript } from "./transcript"

/** Draw what can be done beside talking. `done` is called before one is. */
export function menu(
  kit: Kit,
  chat: Chat,
  { name, locale, privacy_url }: Partial<About>,
  restart: () => void,
  done: () => void,
): HTMLElement[] {
  const { h, safe, t } = kit
  const item = (label: string, act: () => void) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => {
          done()
          act()
        },
      },
      label,
    )
  const href = privacy_url && safe(privacy_url)
  const drawn = [
    item(t("restart"), restart),
    item(t("download"), () => save(transcript(kit, chat.state.entries, name!, locale!), `${name}.txt`)),
  ]
  const end = async () => {
    chat.notice = await chat.end().then(
      () => "",
      () => t("unended"),
    )
    chat.changed()
  }
  if (chat.session && !chat.ended) drawn.push(item(t("end"), end))
  // a tap elsewhere closes it; on the button that opens and closes it, that button does
  addEventListener(
    "pointerdown",
    function outside(event) {
      const shown = drawn[0]!.parentElement
      const path = event.composedPath() as Element[]
      if (shown && !shown.hidden && path.some(one => one === shown || one.ariaExpanded)) return
      removeEventListener("pointerdown", outside, true)
      if (shown && !shown.hidden) done()
    },
    true,
  )
  if (href) drawn.push(h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick: done }, t("privacy")))
  return drawn
}
