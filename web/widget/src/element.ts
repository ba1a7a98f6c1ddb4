import { type Api, boot, dress } from "./boot"

/*
 * A chat inside the page:
 *   <script async src="https://bots.example/w/element.js"></script>
 *   <branchline-chat bot="order-desk" accent="#0b6e85" theme="dark" locale="de" name="Fern"></branchline-chat>
 */
const NAME = "branchline-chat"
const LOOK = ["bot", "accent", "theme", "locale", "name", "base", "interaction", "token"]
const script = document.currentScript as HTMLScriptElement
const place = { base: new URL("..", script.src).href, nonce: script.nonce }

if (!customElements.get(NAME))
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = LOOK
      #key = ""
      /** One answer to everything that may have changed: an element that is only moved keeps its chat. */
      connectedCallback() {
        const look: Record<string, string> = {}
        for (const name of LOOK) {
          const value = this.isConnected && this.getAttribute(name)
          if (value) look[name] = value
        }
        const key = JSON.stringify(look)
        if (key === this.#key) return
        this.#key = key
        ;(this as unknown as Partial<Api>).destroy?.()
        if (!look.bot) return
        boot(look, this as never, place)
        // a size until the page says another one
        dress(this, ":host{display:block;height:min(640px,80vh)}")
      }
      disconnectedCallback() {
        this.connectedCallback()
      }
      attributeChangedCallback() {
        this.connectedCallback()
      }
    },
  )
