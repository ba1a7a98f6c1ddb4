import { type Api, boot, dress, type Look, type Place } from "./boot"

/**
 * The mark on the launcher is a border, because icons made in script cost more bytes. What is written on the accent is
 * black or white, whichever is farther from it: both are 4.5:1 at a lightness of 49.
 */
const CSS =
  ".l{--accent:#0b6e85;height:60px;border:2px solid #0000;background:var(--accent);box-shadow:0 4px 16px #0004;z-index:999999999;inset-inline-end:var(--branchline-end,20px);bottom:var(--branchline-bottom,20px);width:60px;border-radius:60px;color:lab(from var(--accent) calc(4851 - 99*l) 0 0);cursor:pointer;place-items:center;position:fixed;display:grid}.l:before{content:'';border:2.5px solid;width:20px;border-radius:8px 8px 8px 0;height:15px}.left{left:var(--branchline-end,20px);right:auto}"

/**
 * Let a chat float over the page: draw its launcher. An element that was given an id may be taken away by who gave it,
 * and that ends the chat; otherwise it is put back when something that rebuilds the page takes it away.
 */
export function float(look: Look, place: Place, id?: string): Api {
  const page = document.documentElement
  const host = document.createElement("div") as unknown as Api
  const launcher = document.createElement("button")
  boot(look, host, place, launcher)
  dress(host, CSS)
  host.shadowRoot!.append(launcher)
  launcher.className = `l ${look.side}`
  // a word in most languages; the widget says it better once it is there
  launcher.ariaLabel = "Chat"
  launcher.onclick = () => host.push(["toggle"])
  launcher.style.setProperty("--accent", look.accent ?? "")
  host.id = id ?? `branchline-${look.bot}`
  host.popover = "manual"
  // the page's rules for its own elements must not reach this one
  host.style.setProperty("all", "initial", "important")
  const put = () => {
    // beside the body and in the top layer, where nothing that the page does to its elements reaches
    page.append(host)
    host.showPopover?.()
  }
  put()
  const watch = new MutationObserver(() => host.isConnected || (id ? host.destroy() : put()))
  watch.observe(page, { childList: true })
  host.on("destroy", () => {
    watch.disconnect()
    host.remove()
  })
  return host
}
