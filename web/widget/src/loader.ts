import { type Api, boot } from "./boot"

/*
 * The one script tag:
 *   <script async src="https://bots.example/w/loader.js" data-bot="order-desk"></script>
 * data-accent, data-theme (light, dark), data-locale, data-name, data-side (left) say how it looks. The same words are
 * attributes of <branchline-chat bot="order-desk">, which places the chat in the page.
 */
const own = window as { Branchline?: Api | unknown[] }
const script = document.currentScript as HTMLScriptElement
const place = { base: new URL("..", script.src).href, nonce: script.nonce }
const early = own.Branchline

if (!customElements.get("branchline-chat"))
  customElements.define(
    "branchline-chat",
    class extends HTMLElement {
      #api: Api | undefined
      connectedCallback() {
        const look: Record<string, string> = {}
        for (const { name, value } of this.attributes) look[name] = value
        this.#api = boot(look, { ...place, inside: this })
      }
      disconnectedCallback() {
        this.#api?.destroy()
      }
    },
  )

if (script.dataset.bot && (!early || Array.isArray(early))) {
  own.Branchline = boot({ ...script.dataset }, place)
  own.Branchline.push(...((early as never[]) ?? []))
}
