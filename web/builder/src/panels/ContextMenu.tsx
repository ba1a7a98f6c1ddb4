/* The menu of a card, a row, a way or the empty canvas: every drag has a twin here. */
import { Menu } from "@mantine/core"
import {
  actionsOf,
  addNote,
  connect,
  findWay,
  has,
  insertExisting,
  moveAction,
  nodeOf,
  titleOf,
  waysOf,
} from "../../../document/index.ts"
import { notify } from "../../../ui/notices.tsx"
import { t, word } from "../../../ui/t.ts"
import { wayName } from "../actions/ways.ts"
import { cut, type MenuRequest } from "../canvas/Canvas.tsx"
import { COMMANDS, nameOf, pasteText, shownKeys } from "../commands/all.ts"
import { inOrder } from "../commands/targets.ts"
import { type EditorStore, useEditorStore } from "../editing/store.ts"
import { testFrom } from "../test/from.ts"

const ON_NODE = ["add_action", "add_after", "rename", "start_here", "duplicate", "copy", "remove"]
const ON_NODES = ["duplicate", "copy", "tidy", "fit_selection", "remove"]
const ON_CANVAS = ["add_node", "select_all", "tidy", "fit"]
const MOST = 200

export function ContextMenu({ request, close }: { request: MenuRequest; close: () => void }) {
  const store = useEditorStore()
  const [x, y] = request.at
  return (
    <Menu opened onChange={open => !open && close()} position="bottom-start" offset={2} width={250}>
      <Menu.Target>
        <button
          type="button"
          className="plain menu-point"
          tabIndex={-1}
          aria-label={t("menu.name")}
          style={{ left: x, top: y }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t("menu.name")}>
        <Items request={request} store={store} />
      </Menu.Dropdown>
    </Menu>
  )
}

function Items({ request, store }: { request: MenuRequest; store: EditorStore }) {
  const editor = store.getState()
  const { bot } = editor.history
  if (request.edge) return <EdgeItems edge={request.edge} store={store} at={request.at} />
  if (request.node === undefined)
    return (
      <>
        <Named ids={ON_CANVAS} store={store} />
        <Menu.Item
          onClick={() => {
            const edit = addNote(bot, request.place ?? [0, 0])
            editor.make(edit, { select: { nodes: [], note: edit.index } })
          }}
        >
          {t("command.add_note")}
        </Menu.Item>
        <Menu.Item onClick={() => void pasteHere(store, request)}>{t("command.paste")}</Menu.Item>
      </>
    )
  if (editor.selection.nodes.length > 1) return <Named ids={ON_NODES} store={store} />
  const name = request.node
  const ways = waysOf(nodeOf(bot, name))
  return (
    <>
      {typeof request.row === "number" && <RowItems name={name} index={request.row} store={store} />}
      {!editor.readOnly && <Menu.Item onClick={() => testFrom(store, name)}>{t("menu.test_here")}</Menu.Item>}
      <Named ids={ON_NODE} store={store} />
      {ways.length > 0 && !editor.readOnly && (
        <>
          <Menu.Divider />
          {ways.slice(0, 30).map(way => (
            <Menu.Sub key={way.id} position="right-start">
              <Menu.Sub.Target>
                <Menu.Sub.Item>{t("menu.connect", { way: wayName(way, nodeOf(bot, name)) })}</Menu.Sub.Item>
              </Menu.Sub.Target>
              <Menu.Sub.Dropdown className="scrolling">
                <Targets
                  store={store}
                  chosen={way.target}
                  pick={target => editor.make(connect(store.getState().history.bot, name, way.id, target))}
                />
                <Menu.Divider />
                <Menu.Item
                  onClick={() =>
                    store.getState().set({ asked: { at: request.at, from: ["nodes", name, ...way.path] } })
                  }
                >
                  {t("menu.new_node")}
                </Menu.Item>
                {way.target && (
                  <Menu.Item onClick={() => cut(store, { source: name, way: way.id })}>
                    {t("menu.disconnect")}
                  </Menu.Item>
                )}
              </Menu.Sub.Dropdown>
            </Menu.Sub>
          ))}
        </>
      )}
    </>
  )
}

function EdgeItems({
  edge,
  store,
  at,
}: {
  edge: { source: string; way: string }
  store: EditorStore
  at: MenuRequest["at"]
}) {
  const { history, make, readOnly } = store.getState()
  const { bot } = history
  const way = findWay(bot, edge.source, edge.way)
  if (!way || readOnly) return null
  return (
    <>
      <Menu.Label>
        {titleOf(bot, edge.source)} → {titleOf(bot, way.target)}
      </Menu.Label>
      <Menu.Item onClick={() => store.getState().set({ asked: { at, between: edge } })}>
        {t("menu.insert_new")}
      </Menu.Item>
      <Menu.Sub position="right-start">
        <Menu.Sub.Target>
          <Menu.Sub.Item>{t("menu.insert_existing")}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown className="scrolling">
          <Targets
            store={store}
            chosen=""
            pick={target => make(insertExisting(store.getState().history.bot, edge.source, edge.way, target))}
          />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Sub position="right-start">
        <Menu.Sub.Target>
          <Menu.Sub.Item>{t("menu.lead_to")}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown className="scrolling">
          <Targets
            store={store}
            chosen={way.target}
            pick={target => make(connect(store.getState().history.bot, edge.source, edge.way, target))}
          />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Item color="red" onClick={() => cut(store, edge)}>
        {t("menu.disconnect")}
      </Menu.Item>
    </>
  )
}

export function RowItems({ name, index, store }: { name: string; index: number; store: EditorStore }) {
  const { history, make, readOnly } = store.getState()
  const { bot } = history
  const actions = actionsOf(nodeOf(bot, name))
  if (readOnly || !actions[index]) return null
  const to = (position: number, row: number) =>
    make(moveAction(bot, name, index, name, position), { select: { nodes: [name], row } })
  return (
    <>
      <Menu.Label>{word(`action.${actions[index].do}`, actions[index].do)}</Menu.Label>
      {index > 0 && <Menu.Item onClick={() => to(index - 1, index - 1)}>{t("menu.up")}</Menu.Item>}
      {index < actions.length - 1 && <Menu.Item onClick={() => to(index + 2, index + 1)}>{t("menu.down")}</Menu.Item>}
      <Menu.Sub position="right-start">
        <Menu.Sub.Target>
          <Menu.Sub.Item>{t("menu.move_to")}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown className="scrolling">
          <Targets
            store={store}
            chosen={name}
            pick={target => {
              const row = actionsOf(nodeOf(bot, target)).length
              make(moveAction(bot, name, index, target, row), { select: { nodes: [target], row }, show: true })
            }}
          />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      {(actions[index]!.do === "fulfill" || actions[index]!.do === "custom_request") && (
        <Menu.Item onClick={() => store.getState().set({ testing: { node: name, action: index } })}>
          {t("menu.test_endpoint")}
        </Menu.Item>
      )}
      <Menu.Item
        onClick={() =>
          make(
            {
              says: ["add_action", { action: `action.${actions[index]!.do}`, node: titleOf(bot, name) }],
              touches: [name],
              change: draft =>
                void draft.nodes[name]!.actions!.splice(index + 1, 0, structuredClone(actions[index]) as never),
            },
            { select: { nodes: [name], row: index + 1 } },
          )
        }
      >
        {t("menu.duplicate_row")}
      </Menu.Item>
      <Menu.Item
        color="red"
        onClick={() => {
          store.getState().select({ nodes: [name], row: index })
          COMMANDS.find(each => each.id === "remove")!.run(store)
        }}
      >
        {t("menu.remove_row")}
      </Menu.Item>
      <Menu.Divider />
    </>
  )
}

function Named({ ids, store }: { ids: readonly string[]; store: EditorStore }) {
  const editor = store.getState()
  return ids.map(id => {
    const command = COMMANDS.find(each => each.id === id)
    if (!command || (command.edits && editor.readOnly) || (command.when && !command.when(editor))) return null
    return (
      <Menu.Item
        key={id}
        {...(id === "remove" ? { color: "red" } : {})}
        rightSection={command.keys && <kbd className="kbd">{shownKeys(command.keys)}</kbd>}
        onClick={() => command.run(store)}
      >
        {nameOf(command, editor)}
      </Menu.Item>
    )
  })
}

function Targets({ store, chosen, pick }: { store: EditorStore; chosen: string; pick: (name: string) => void }) {
  const { bot } = store.getState().history
  return inOrder(bot)
    .slice(0, MOST)
    .map(name => (
      <Menu.Item key={name} onClick={() => pick(name)} aria-current={name === chosen || undefined}>
        {titleOf(bot, name)}
        {name === chosen && has(bot, chosen) ? " ✓" : ""}
      </Menu.Item>
    ))
}

async function pasteHere(store: EditorStore, request: MenuRequest): Promise<void> {
  try {
    if (!pasteText(store, await navigator.clipboard.readText(), request.place)) notify(t("paste.nothing"))
  } catch {
    notify(t("paste.refused"))
  }
}
