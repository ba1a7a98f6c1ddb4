import type { Kit } from "../kit"

/** Draw the way down to what came while the visitor read what is old. */
export const newer = ({ h, icon, t }: Kit, down: () => void): HTMLElement =>
  h("button.newer", { type: "button", onclick: down }, icon("M12 5v14M6 13l6 6 6-6"), t("newer"))

/** Draw whether somebody is there now. */
export const presence = ({ h, t }: Kit, open: boolean): HTMLElement =>
  h(`p.presence${open ? "" : ".shut"}`, {}, t(open ? "online" : "away"))

/** Show on the launcher how many messages came while nobody looked. */
export const badge = ({ h }: Kit, launcher: HTMLElement, unread: number): void =>
  launcher.replaceChildren(...(unread ? [h("span.badge", {}, unread > 9 ? "9+" : String(unread))] : []))

/** Draw what stands above the conversation. */
export const greeting = ({ h, markdown }: Kit, text: string): HTMLElement =>
  h("div.intro.text", { dir: "auto" }, markdown(text))
