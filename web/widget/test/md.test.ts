import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { markdown, plain, safe } from "../src/md"

const ELEMENTS = ["P", "BR", "UL", "OL", "LI", "PRE", "CODE", "STRONG", "EM", "A"]
const ATTRIBUTES = ["href", "target", "rel", "start"]

const drawn = (text: string): string => {
  const box = document.createElement("div")
  box.append(markdown(text))
  return box.innerHTML
}

/** What may be drawn: elements, attributes and addresses of the list, and nothing else. */
function within(text: string): void {
  const box = document.createElement("div")
  box.append(markdown(text))
  for (const element of box.querySelectorAll("*")) {
    expect(ELEMENTS).toContain(element.tagName)
    for (const { name } of element.attributes) expect(ATTRIBUTES).toContain(name)
    if (element instanceof HTMLAnchorElement) {
      expect(["https:", "http:", "mailto:", "tel:"]).toContain(element.protocol)
      expect(element.rel).toBe("noopener noreferrer")
      expect(element.querySelector("a")).toBeNull()
    }
  }
}

describe("the subset", () => {
  test.each([
    ["plain", "<p>plain</p>"],
    ["one\ntwo", "<p>one<br>two</p>"],
    ["one\n\ntwo", "<p>one</p><p>two</p>"],
    ["**bold** and *italic* and _so_", "<p><strong>bold</strong> and <em>italic</em> and <em>so</em></p>"],
    ["**bold *both***", "<p><strong>bold <em>both</em></strong></p>"],
    ["`a < b`", "<p><code>a &lt; b</code></p>"],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
    ["intro\n- a", "<p>intro</p><ul><li>a</li></ul>"],
    ["```\n**a**\n```", "<pre><code>**a**</code></pre>"],
    ["\\*not bold\\*", "<p>*not bold*</p>"],
    ["a_snake_case_name", "<p>a_snake_case_name</p>"],
    ["2 * 3 * 4", "<p>2 * 3 * 4</p>"],
    ["<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"],
    ["[bad](javascript:alert(1))", "<p>[bad](javascript:alert(1))</p>"],
    ["", ""],
  ])("%j", (text, html) => {
    expect(drawn(text)).toBe(html)
  })

  test("links open beside the page, and nothing of it can be reached from there", () => {
    expect(drawn("[us](https://shop.example/a_(b))")).toBe(
      '<p><a href="https://shop.example/a_(b)" target="_blank" rel="noopener noreferrer">us</a></p>',
    )
  })

  test("a bare address ends before the sentence does", () => {
    expect(drawn("See https://shop.example/x.")).toContain(">https://shop.example/x</a>.")
  })

  test("the plain text has no marks", () => {
    expect(plain("**a** [b](https://c.example)\n- d")).toBe("a b\nd")
  })
})

describe("only what is on the list", () => {
  const MARKS = [
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "[",
    "](",
    ")",
    "\n",
    "- ",
    "1. ",
    "\\",
    "<",
    ">",
    '"',
    "'",
    "&",
    " ",
    "a",
  ]
  const ADDRESSES = [
    "https://a.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://a.example/x",
    "file:///etc/passwd",
    "//a.example",
    "tel:+441",
    'https://a.example"onmouseover="alert(1)',
    "<img src=x onerror=alert(1)>",
  ]
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...MARKS, ...ADDRESSES), fc.string({ unit: "binary", maxLength: 8 })), {
      maxLength: 40,
    })
    .map(parts => parts.join(""))

  test("whatever is written", () => {
    fc.assert(fc.property(texts, within), { numRuns: 1500 })
  })

  test("wherever an address stands", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ADDRESSES), fc.string({ maxLength: 5 }), (address, noise) => {
        within(`[x](${address})`)
        within(`[**x**](${noise}${address})`)
        within(`${noise}${address}${noise}`)
      }),
      { numRuns: 300 },
    )
  })

  test("no text is lost but marks and blanks", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ,.\n]{0,60}$/), text => {
        const bare = (given: string) => given.replace(/\s+/g, "")
        expect(bare(plain(text))).toBe(bare(text))
      }),
    )
  })

  test("an address is safe only when its scheme runs nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), address => {
        const href = safe(address)
        if (href !== null) expect(href).toMatch(/^(https?|mailto|tel):/)
      }),
    )
  })

  test.each([
    ["*".repeat(20_000)],
    ["**a".repeat(8_000)],
    ["[".repeat(20_000)],
    ["[a](".repeat(8_000)],
    ["`".repeat(20_000)],
    ["_a ".repeat(8_000)],
    [`https://${"a(".repeat(10_000)}`],
  ])("a hostile text is drawn without going on for ever", text => {
    within(text)
  })
})
