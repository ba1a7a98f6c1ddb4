/*
 * The whole bot as a list, for the keyboard and for screen readers: every node with its actions and ways, and the same
 * commands as the canvas. Arrow keys go from node to node.
 */
import { Button, Menu, Select } from "@mantine/core"
import { EllipsisVertical, Flag, Plus } from "lucide-react"
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef } from "react"
import {
  actionsOf,
  addNode,
  type Bot,
  connect,
  disconnect,
  layout,
  type Node,
  nodeOf,
  nodesOf,
  titleOf,
  type Way,
  waysOf,
} from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t, word } from "../../../ui/t.ts"
import { exitSummary, kindOf, summaryOf } from "../actions/kinds.ts"
import { wayName } from "../actions/ways.ts"
import { COMMANDS, nameOf } from "../commands/all.ts"
import { targetsOf } from "../commands/targets.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { RowItems } from "./ContextMenu.tsx"

/** So many nodes are listed with what is in them; in a larger bot only the chosen one opens. */
const ALL_OPEN = 60

export function Outline() {
  const store = useEditorStore()
  const bot = useBot()
  const readOnly = useEditor(editor => editor.readOnly)
  const shown = useEditor(editor => editor.shown)
  const frame = useRef<HTMLDivElement>(null)
  const order = [...layout(bot).keys()]
  useEffect(() => {
    const [name] = shown?.names ?? []
    if (name === undefined) return
    const item = frame.current?.querySelector(`[data-outline="${CSS.escape(name)}"]`)
    item?.scrollIntoView({ block: "nearest" })
  }, [shown])
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    const target = event.target as Element
    if (!target.matches(".outline-title") || event.altKey) return
    const all = [...(frame.current?.querySelectorAll<HTMLElement>(".outline-title") ?? [])]
    const next = all[all.indexOf(target as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move among the buttons inside
    <div className="outline" ref={frame} onKeyDown={keys}>
      <div className="row outline-head">
        <h2 className="grow">{t("outline.title", { count: order.length })}</h2>
        {!readOnly && (
          <Button
            variant="default"
            leftSection={<Plus size={15} aria-hidden />}
            onClick={() => {
              const edit = addNode(store.getState().history.bot, { label: t("blank.node"), exit: { do: "end" } })
              store.getState().make(edit, { select: { nodes: [edit.name] }, focus: true })
            }}
          >
            {t("command.add_node")}
          </Button>
        )}
      </div>
      <ol className="outline-list">
        {order.map(name => (
          <Item
            key={name}
            name={name}
            node={nodesOf(bot)[name]!}
            start={bot.start === name}
            many={order.length > ALL_OPEN}
          />
        ))}
      </ol>
    </div>
  )
}

interface ItemProps {
  name: string
  node: Node
  start: boolean
  many: boolean
}

const Item = memo(function Item({ name, node, start, many }: ItemProps) {
  const store = useEditorStore()
  const chosen = useEditor(editor => editor.selection.nodes.includes(name))
  const readOnly = useEditor(editor => editor.readOnly)
  const bot = store.getState().history.bot
  const open = chosen || !many
  const ask = (event: MouseEvent<HTMLButtonElement>) => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect()
    store.getState().set({ asked: { at: [left, bottom + 4], node: name } })
  }
  return (
    <li className={chosen ? "outline-item chosen" : "outline-item"} data-outline={name}>
      <div className="row">
        <h3 className="grow">
          <button
            type="button"
            className="plain outline-title"
            aria-current={chosen || undefined}
            onClick={() => store.getState().select({ nodes: [name] }, "node")}
            onKeyDown={event => {
              if (event.key === "Enter") {
                event.preventDefault()
                store.getState().select({ nodes: [name] }, "node")
                store.getState().show([name], true)
              }
            }}
          >
            {titleOf(bot, name)}
          </button>
        </h3>
        {start && (
          <span className="chip ok tiny">
            <Flag size={11} aria-hidden /> {t("node.start")}
          </span>
        )}
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <IconButton
              icon={EllipsisVertical}
              label={t("outline.more", { node: titleOf(bot, name) })}
              size={26}
              onClick={() => store.getState().select({ nodes: [name] })}
            />
          </Menu.Target>
          <Menu.Dropdown>
            {["add_action", "add_after", "rename", "start_here", "duplicate", "copy", "remove"].map(id => {
              const command = COMMANDS.find(each => each.id === id)!
              if (command.edits && readOnly) return null
              return (
                <Menu.Item
                  key={id}
                  onClick={() => {
                    store.getState().select({ nodes: [name] })
                    command.run(store)
                  }}
                >
                  {nameOf(command, store.getState())}
                </Menu.Item>
              )
            })}
          </Menu.Dropdown>
        </Menu>
      </div>
      {open && (
        <>
          <ul className="outline-rows">
            {actionsOf(node).map((action, index) => {
              const { icon: Icon, family } = kindOf(action.do)
              return (
                <li key={index} className="row">
                  <span className={`tile ${family}`}>
                    <Icon size={13} aria-hidden />
                  </span>
                  <button type="button" className="plain grow clip" onClick={() => edit(store, name, index)}>
                    {word(`action.${action.do}`, action.do)} <span className="dim">{summaryOf(action, bot)}</span>
                  </button>
                  <Menu position="bottom-end" width={230}>
                    <Menu.Target>
                      <IconButton
                        icon={EllipsisVertical}
                        label={t("inspector.row_menu", {
                          row: `${word(`action.${action.do}`, action.do)} ${index + 1}`,
                        })}
                        size={26}
                      />
                    </Menu.Target>
                    <Menu.Dropdown>
                      <RowItems name={name} index={index} store={store} />
                    </Menu.Dropdown>
                  </Menu>
                </li>
              )
            })}
            <li className="row">
              <ExitTile do_={String(node.exit?.do ?? "")} />
              <button type="button" className="plain grow clip" onClick={() => edit(store, name, "exit")}>
                {word(`exit.${node.exit?.do}`, String(node.exit?.do ?? ""))}{" "}
                <span className="dim">{node.exit ? exitSummary(node) : ""}</span>
              </button>
            </li>
          </ul>
          {!readOnly && (
            <Button size="compact-sm" variant="subtle" leftSection={<Plus size={14} aria-hidden />} onClick={ask}>
              {t("node.add_action")}
            </Button>
          )}
          <Ways name={name} node={node} bot={bot} readOnly={readOnly} />
        </>
      )}
    </li>
  )
})

function ExitTile({ do_ }: { do_: string }) {
  const { icon: Icon, family } = kindOf(do_)
  return (
    <span className={`tile ${family}`}>
      <Icon size={13} aria-hidden />
    </span>
  )
}

function edit(store: ReturnType<typeof useEditorStore>, name: string, row: number | "exit"): void {
  store.getState().select({ nodes: [name], row }, "node")
  store.getState().show([name], true)
}

const NEW = "\nnew"

function Ways({ name, node, bot, readOnly }: { name: string; node: Node; bot: Bot; readOnly: boolean }) {
  const store = useEditorStore()
  const ways = waysOf(node)
  if (!ways.length) return null
  const targets = targetsOf(bot)
  const lead = (way: Way, target: string | null) => {
    const { history, make } = store.getState()
    if (target === NEW) {
      const added = addNode(history.bot, { label: t("blank.node"), exit: { do: "end" } }, undefined, [
        "nodes",
        name,
        ...way.path,
      ])
      make(added, { select: { nodes: [added.name] }, focus: true })
    } else if (target === null) make(disconnect(history.bot, name, way.id))
    else make(connect(history.bot, name, way.id, target))
  }
  return (
    <div className="outline-ways">
      {ways.map(way => (
        <Select
          key={way.id}
          label={t("outline.way", { way: wayName(way, node) })}
          size="xs"
          searchable
          clearable
          limit={100}
          disabled={readOnly}
          placeholder={way.inherited && nodeOf(bot, way.inherited) ? t("way.as_below") : t("way.open")}
          clearButtonProps={{ "aria-label": t("menu.disconnect") }}
          data={[{ value: NEW, label: t("menu.new_node") }, ...targets]}
          value={way.target || null}
          onChange={target => lead(way, target)}
        />
      ))}
    </div>
  )
}
