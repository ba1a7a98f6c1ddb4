import { MantineProvider } from "@mantine/core"
import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { act, cleanup, fireEvent, render } from "@testing-library/react"
import { afterEach, expect, test } from "vitest"
import { at, type Bot, type Path, parsePointer, pointer } from "../../document/index.ts"
import schema from "../../protocol/forms.json"
import { ACTIONS, OFFERS } from "../src/actions/kinds.ts"
import { createEditor, EditorContext, type EditorStore } from "../src/editing/store.ts"
import { resolve, type Schema } from "../src/forms/schema.ts"
import { CAPTURES } from "../src/panels/ExitForm.tsx"
import { Inspector } from "../src/panels/Inspector.tsx"
import { BotSettings } from "../src/settings/BotSettings.tsx"
import "./browser.ts"
import everything from "./everything.json"

/** Not in a form: the places and notes of the canvas, and what never changes: format, address, and what an action is. */
const ELSEWHERE = [
  /^Bot\.(branchline|bot)$/,
  /^(Canvas|Note)\./,
  /^(SendMessage|SendFile|SuggestReplies|Fulfill|CustomRequest|SetData|ClearData|Tag)\.do$/,
]

const PATIENCE_MS = 120_000
const root = schema as unknown as Schema
const bot = everything as unknown as Bot
afterEach(cleanup)

interface Key {
  /** The part and its key, such as `Fulfill.waiting`. */
  of: string
  path: Path
  /** It is made of parts, which have keys of their own: these are what is edited. */
  parts: boolean
}

function ofParts(given: Schema): boolean {
  const { properties, anyOf, items, additionalProperties } = resolve(root, given)
  const inner = [items, typeof additionalProperties === "object" ? additionalProperties : undefined]
  return Boolean(properties) || [...(anyOf ?? []), ...inner].some(each => each && ofParts(each))
}

/** Every key that stands in a document, by the part that it belongs to. */
function keysOf(value: unknown, given: Schema, path: Path = []): Key[] {
  const found = resolve(root, given)
  if (Array.isArray(value)) return value.flatMap((each, index) => keysOf(each, found.items ?? {}, [...path, index]))
  if (typeof value !== "object" || value === null) return []
  const kinds = (found.anyOf ?? []).map(each => resolve(root, each)).filter(each => each.properties)
  const part =
    kinds.find(each =>
      Object.entries(each.properties!).some(
        ([key, tag]) => (key === "do" || key === "kind") && tag.enum?.[0] === (value as Record<string, unknown>)[key],
      ),
    ) ?? found
  return Object.entries(value).flatMap(([key, inner]) => {
    const named = part.properties?.[key]
    const rest = typeof part.additionalProperties === "object" ? part.additionalProperties : {}
    return [
      ...(named ? [{ of: `${part.title}.${key}`, path: [...path, key], parts: ofParts(named) }] : []),
      ...keysOf(inner, named ?? rest, [...path, key]),
    ]
  })
}

const keys = keysOf(bot, { $ref: "#/$defs/Bot" })

test("the example has every key of the schema", () => {
  const all = Object.values(root.$defs!).flatMap(part =>
    Object.keys(part.properties ?? {}).map(key => `${part.title}.${key}`),
  )
  expect(all.filter(key => !keys.some(each => each.of === key))).toEqual([])
})

test("every action and every kind of reply of the schema can be chosen", () => {
  const tags = (tag: "do" | "kind", part: string, key: string) =>
    (resolve(root, root.$defs![part]!.properties![key]!).items ?? resolve(root, root.$defs![part]!.properties![key]!))
      .anyOf!.map(each => resolve(root, each).properties![tag]!.enum![0])
      .sort()
  expect(Object.keys(ACTIONS).sort()).toEqual(tags("do", "Node", "actions"))
  expect(OFFERS.flatMap(offer => offer.action?.(bot).do ?? []).sort()).toEqual(tags("do", "Node", "actions"))
  expect([...CAPTURES].sort()).toEqual(tags("kind", "WaitForReply", "capture"))
})

/** Each key once, where it stands first. */
const inForms = keys.filter(
  (key, index) =>
    !key.parts && !ELSEWHERE.some(each => each.test(key.of)) && keys.findIndex(each => each.of === key.of) === index,
)
const places = [...new Set(inForms.map(({ path }) => placeOf(path)))]

/** Where a key is edited: the settings of the bot, or one row of one node. */
function placeOf(path: Path): string {
  if (path[0] !== "nodes") return "settings"
  return path[2] === "actions" ? `${path[1]} ${path[3]}` : `${path[1]} exit`
}

for (const place of places)
  test(
    `every key is edited in its form: ${place}`,
    () => {
      const store = open(place)
      const missing = inForms.flatMap(({ of, path }) => {
        if (placeOf(path) !== place) return []
        const said = edit(store, path)
        return said ? [`${of} (${pointer(path)}): ${said}`] : []
      })
      expect(missing).toEqual([])
    },
    PATIENCE_MS,
  )

function open(place: string): EditorStore {
  const store = createEditor({
    bot: "all",
    document: bot,
    revision: 1,
    issues: [],
    savedAt: 0,
    readOnly: false,
    mayCount: true,
  })
  if (place !== "settings") {
    const [name, row] = place.split(" ") as [string, string]
    store.getState().select({ nodes: [name], row: row === "exit" ? "exit" : Number(row) })
  }
  const client = new QueryClient()
  client.setQueryData(["schema"], root)
  render(
    <MantineProvider env="test" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={client}>
        <EditorContext.Provider value={store}>
          {place === "settings" ? <BotSettings /> : <Inspector />}
        </EditorContext.Provider>
      </QueryClientProvider>
    </MantineProvider>,
  )
  return store
}

/** Open what is folded. */
function unfold(): void {
  const closed = () => [...document.querySelectorAll<HTMLElement>(".more-button[aria-expanded=false]")]
  for (let more = closed(); more.length; more = closed()) for (const button of more) fireEvent.click(button)
}

/** Edit a key with what its form has for it; the words say what went wrong, none when it was edited. */
function edit(store: EditorStore, path: Path): string {
  unfold()
  const marked = document.querySelector<HTMLElement>(`[data-pointer=${JSON.stringify(pointer(path))}]`)
  if (!marked) return "there is no field"
  const inside = "input:not([type=hidden]), textarea"
  const control = marked.matches(inside) ? marked : marked.querySelector<HTMLElement>(inside)
  if (!control) return "there is nothing to edit it with"
  const { history } = store.getState()
  use(control)
  const [was, is] = [history.bot, store.getState().history.bot].map(document => JSON.stringify(at(document, path)))
  if (was === is) return `${control.outerHTML.slice(0, 200)} does not change it`
  // another kind has other keys
  if (path.at(-1) === "do" || path.at(-1) === "kind") act(() => store.setState({ history }))
  return ""
}

function use(control: HTMLElement): void {
  const { value } = control as HTMLInputElement
  act(() => control.focus())
  if (control.matches("[type=checkbox]")) fireEvent.click(control)
  else if (control.matches("[type=radio]")) {
    const all = [...document.querySelectorAll<HTMLInputElement>(`[name="${control.getAttribute("name")}"]`)]
    fireEvent.click(all.find(each => !each.checked)!)
  } else if (control.matches(".mantine-Select-input")) {
    fireEvent.click(control)
    const list = document.getElementById(control.getAttribute("aria-controls")!)!
    const options = [...list.querySelectorAll("[role=option]")]
    fireEvent.click(options.find(each => each.getAttribute("aria-selected") !== "true")!)
  } else if (control.matches(".mantine-TagsInput-inputField")) {
    fireEvent.change(control, { target: { value: "one more" } })
    act(() => control.blur())
  } else {
    const next = /^[\d]+( days)?$/.test(value) ? "7" : value.startsWith("{") ? "[7]" : `${value}a`
    fireEvent.change(control, { target: { value: next } })
  }
}

test("a switch that is on by default can be turned off, and on again", { timeout: PATIENCE_MS }, () => {
  const store = open("settings")
  const files = document.querySelector<HTMLInputElement>('[data-pointer="/widget/rating"]')!
  const kept = () => at(store.getState().history.bot, parsePointer("/widget/rating"))
  expect(files.checked).toBe(false)
  fireEvent.click(files)
  expect([kept(), files.checked]).toEqual([undefined, true])
  fireEvent.click(files)
  expect([kept(), files.checked]).toEqual([false, false])
})
