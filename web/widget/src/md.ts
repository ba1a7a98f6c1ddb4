/**
 * The Markdown subset of messages as DOM nodes: paragraphs, line breaks, lists, code blocks; bold, italic, code and
 * links. Nothing is ever parsed as HTML, so there is nothing to sanitise: what is not in the subset is shown as text.
 */

const DEPTH = 4
const SCHEMES = /^(https?|mailto|tel):$/
// one alternative for each inline form; a backslash makes the next mark plain
const INLINE =
  /\\([\\`*_[\](){}#+\-.!>])|`([^`\n]{1,1000})`|\*\*(?=\S)([^\n]{0,1000}?[^\s\\])\*\*(?!\*)|([*_])(?=[^\s*_])([^\n]{0,1000}?[^\s\\*_])\4(?![\p{L}\p{N}])|\[([^\]\n]{1,300})\]\(([^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)\)|(?<![\p{L}\p{N}])(https?:\/\/[^\s<>"]{1,1000})/gu

/** Give the address when a link may lead there: absolute, and of a scheme that runs nothing. */
export function safe(href: string): string | null {
  try {
    const url = new URL(href)
    return SCHEMES.test(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

function make(name: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name)
  element.append(...children)
  return element
}

function link(href: string, ...children: (Node | string)[]): HTMLElement {
  const element = make("a", ...children) as HTMLAnchorElement
  element.href = href
  element.target = "_blank"
  element.rel = "noopener noreferrer"
  return element
}

function inline(text: string, depth: number): (Node | string)[] {
  if (depth > DEPTH) return [text]
  const nodes: (Node | string)[] = []
  let from = 0
  for (const found of text.matchAll(INLINE)) {
    const [whole, plain, code, bold, mark, italic, label, address, bare] = found
    // a_snake_case_name is not italic
    if (mark === "_" && /[\p{L}\p{N}]$/u.test(text.slice(from, found.index))) continue
    let end = found.index + whole.length
    let node: Node | string = whole
    if (plain) node = plain
    else if (code) node = make("code", code)
    else if (bold) node = make("strong", ...inline(bold, depth + 1))
    else if (italic) node = make("em", ...inline(italic, depth + 1))
    else {
      const bareAddress = bare?.replace(/[.,;:!?)'\]*_]+$/, "")
      if (bareAddress) end = found.index + bareAddress.length
      const href = safe(address ?? bareAddress ?? "")
      node = href ? link(href, ...(label ? inline(label, DEPTH) : [bareAddress!])) : text.slice(found.index, end)
    }
    nodes.push(text.slice(from, found.index), node)
    from = end
  }
  nodes.push(text.slice(from))
  return nodes.filter(node => node !== "")
}

function lines(text: string[]): (Node | string)[] {
  return text.flatMap((line, index) => (index ? [make("br"), ...inline(line, 0)] : inline(line, 0)))
}

const ITEM = /^ {0,3}(?:[-*•+]|(\d{1,3})[.)]) +(.*)$/

/** Draw a message. */
export function markdown(text: string): DocumentFragment {
  const all = document.createDocumentFragment()
  let paragraph: string[] = []
  let list: HTMLElement | null = null
  let code: string[] | null = null
  const flush = () => {
    if (paragraph.length) all.append(make("p", ...lines(paragraph)))
    paragraph = []
  }
  for (const line of text.split(/\r\n?|\n/)) {
    if (/^```/.test(line)) {
      flush()
      if (code) all.append(make("pre", make("code", code.join("\n"))))
      code = code ? null : []
      list = null
      continue
    }
    if (code) {
      code.push(line)
      continue
    }
    const item = ITEM.exec(line)
    if (item) {
      flush()
      const kind = item[1] ? "OL" : "UL"
      if (list?.tagName !== kind) {
        list = make(kind)
        if (item[1] && item[1] !== "1") (list as HTMLOListElement).start = Number(item[1])
        all.append(list)
      }
      list.append(make("li", ...inline(item[2]!, 0)))
    } else if (!line.trim()) {
      flush()
    } else {
      list = null
      paragraph.push(line)
    }
  }
  if (code) all.append(make("pre", make("code", code.join("\n"))))
  flush()
  return all
}

/** The same message without marks, for a screen reader and for the transcript. */
export const plain = (text: string): string => {
  const drawn = markdown(text)
  for (const element of drawn.querySelectorAll("p,li,pre,br")) element.append("\n")
  return (drawn.textContent ?? "").trim()
}
