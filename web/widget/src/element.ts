import { type Api, boot } from "./boot"

/*
 * A chat inside the page:
 *   <script async src="https://bots.example/w/element.js"></script>
 *   <branchline-chat bot="order-desk" accent="#0b6e85" theme="dark" locale="de" name="Fern"></branchline-chat>
 */
const NAME = "branchline-chat"
const script = document.currentScript as HTMLScriptElement
const place = { base: new URL("..", script.src).href, nonce: script.nonce }

if (!customElements.get(NAME))
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = ["bot", "accent", "theme", "locale", "name"]
      #look = ""
      /** One answer to everything that may have changed: an element that is only moved keeps its chat. */
      connectedCallback() {
        const look: Record<string, string> = {}
        if (this.isConnected) for (const { name, value } of this.attributes) look[name] = value
        const key = JSON.stringify([look.bot, look.accent, look.theme, look.locale, look.name])
        if (key === this.#look) return
        this.#look = key
        ;(this as unknown as Partial<Api>).destroy?.()
        if (look.bot) boot(look, this as never, place)
      }
      disconnectedCallback() {
        this.connectedCallback()
      }
      attributeChangedCallback() {
        this.connectedCallback()
      }
    },
  )
