import type { Api, Look } from "./boot"
import { float } from "./float"

/*
 * The one script tag:
 *   <script async src="https://bots.example/w/loader.js" data-bot="order-desk"></script>
 * data-accent, data-theme (light, dark), data-locale, data-name, data-side (left) say how it looks.
 */
const own = window as unknown as { Branchline?: Api }
const script = document.currentScript as HTMLScriptElement
const look: Look = { ...script.dataset }
if (!look.bot) console.error("Branchline: no data-bot on", script)
else if (!document.getElementById(`branchline-${look.bot}`)) {
  const early = own.Branchline
  const chat = float(look, { base: new URL("..", script.src).href, nonce: script.nonce })
  // the first chat of a page has the name; another one is reached by its element
  if (!early?.on) {
    own.Branchline = chat
    chat.on("destroy", () => delete own.Branchline)
    chat.push(...((early ?? []) as never[]))
  }
}
