/** Elements without HTML strings: this is all that the widget draws with, so it runs under Trusted Types. */

type Child = Node | string | null | undefined | false
type Props = Record<string, unknown>

/** Make an element: `h("button.send", { type: "button", onclick }, "Send")`. Properties if it has them, else attributes. */
export function h<T extends HTMLElement = HTMLElement>(what: string, props: Props = {}, ...children: Child[]): T {
  const [name, ...classes] = what.split(".")
  const element = document.createElement(name!) as T
  element.className = classes.join(" ")
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue
    if (key in element) (element as unknown as Props)[key] = value
    else element.setAttribute(key, value === true ? "" : String(value))
  }
  element.append(...(children.filter(child => !!child) as Node[]))
  return element
}

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5 16-3-7zM12 13l8-9",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7.5",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
}

type Icon = keyof typeof ICONS

/** Draw an icon: one of the names, or the path of one that only a part that is loaded later needs. */
export function icon(name: Icon | `M${string}`): SVGElement {
  const space = "http://www.w3.org/2000/svg"
  const svg = document.createElementNS(space, "svg")
  const path = document.createElementNS(space, "path")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  path.setAttribute("d", ICONS[name as Icon] ?? name)
  svg.append(path)
  return svg
}

/** A button that shows an icon and says its name. */
export const iconButton = (look: string, name: Icon, label: string, props: Props = {}) =>
  h<HTMLButtonElement>(`button.icon${look}`, { type: "button", ariaLabel: label, title: label, ...props }, icon(name))
