/* The panel of one node: its label, its actions, and its exit, each as a form that writes straight into the document. */

import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter"
import { Button, Menu, TextInput } from "@mantine/core"
import { ChevronDown, ChevronRight, EllipsisVertical, Flag, GripVertical, Plus } from "lucide-react"
import { type MouseEvent, memo, type RefObject, useEffect, useRef, useState } from "react"
import {
  type Action,
  actionsOf,
  type Bot,
  exitOf,
  has,
  issuesAt,
  labelNode,
  nodeOf,
  pointer,
  renameNode,
  setAction,
  startAt,
  text,
  titleOf,
} from "../../../document/index.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t, word } from "../../../ui/t.ts"
import { kindOf, summaryOf } from "../actions/kinds.ts"
import { drop } from "../canvas/NodeCard.tsx"
import { Pieces } from "../canvas/pieces.tsx"
import { COMMANDS, removeNamed, tidyUp } from "../commands/all.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import { tagged, useSchema } from "../forms/schema.ts"
import { RowItems } from "./ContextMenu.tsx"
import { ExitForm } from "./ExitForm.tsx"
import { Stopped } from "./Stopped.tsx"

export function Inspector() {
  const chosen = useEditor(editor => editor.selection.nodes)
  const [name = ""] = chosen
  const there = useEditor(editor => has(editor.history.bot, name))
  if (chosen.length > 1) return <Several names={chosen} />
  if (!there) return null
  return <One key={name} name={name} />
}

function Several({ names }: { names: readonly string[] }) {
  const store = useEditorStore()
  const readOnly = useEditor(editor => editor.readOnly)
  const run = (id: string) => COMMANDS.find(each => each.id === id)!.run(store)
  return (
    <div className="panel-body stack">
      <h2>{t("inspector.several", { count: names.length })}</h2>
      <div className="row wrap">
        <Button variant="default" onClick={() => run("copy")}>
          {t("command.copy")}
        </Button>
        {!readOnly && (
          <>
            <Button variant="default" onClick={() => run("duplicate")}>
              {t("command.duplicate")}
            </Button>
            <Button variant="default" onClick={() => tidyUp(store)}>
              {t("command.tidy")}
            </Button>
            <Button variant="default" color="red" onClick={() => removeNamed(store, names)}>
              {t("command.remove")}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}

function One({ name }: { name: string }) {
  const store = useEditorStore()
  const node = useEditor(editor => nodeOf(editor.history.bot, name))
  const isStart = useEditor(editor => editor.history.bot.start === name)
  const mayCount = useEditor(editor => editor.mayCount)
  const row = useEditor(editor => editor.selection.row)
  const readOnly = useEditor(editor => editor.readOnly)
  const panel = useRef<HTMLDivElement>(null)
  const actions = actionsOf(node)
  const make = store.getState().make

  const ask = (event: MouseEvent<HTMLButtonElement>) => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect()
    store.getState().set({ asked: { at: [left, bottom + 4], node: name, index: actions.length } })
  }
  return (
    <div className="panel-body stack" ref={panel}>
      <Focus name={name} panel={panel} />
      <div className="row end">
        <TextInput
          className="grow"
          label={t("node.label")}
          data-field="label"
          data-pointer={pointer(["nodes", name, "label"])}
          value={text(node?.label)}
          placeholder={name}
          disabled={readOnly}
          maxLength={200}
          onChange={event => make(labelNode(store.getState().history.bot, name, event.currentTarget.value))}
        />
        <Menu position="bottom-end">
          <Menu.Target>
            <IconButton icon={EllipsisVertical} label={t("inspector.more")} size={34} />
          </Menu.Target>
          <Menu.Dropdown>
            {!isStart && (
              <Menu.Item
                leftSection={<Flag size={14} aria-hidden />}
                disabled={readOnly}
                onClick={() => make(startAt(store.getState().history.bot, name))}
              >
                {t("command.start_here")}
              </Menu.Item>
            )}
            {["add_after", "duplicate", "copy"].map(id => {
              const command = COMMANDS.find(each => each.id === id)!
              return (
                <Menu.Item key={id} disabled={readOnly && command.edits === true} onClick={() => command.run(store)}>
                  {t(command.word)}
                </Menu.Item>
              )
            })}
            <Menu.Item color="red" disabled={readOnly} onClick={() => removeNamed(store, [name])}>
              {t("inspector.remove")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <section className="stack tight" aria-label={t("inspector.actions")}>
        <div className="row">
          <h2 className="grow">{t("inspector.actions")}</h2>
          {!readOnly && (
            <Button size="compact-sm" variant="light" leftSection={<Plus size={14} aria-hidden />} onClick={ask}>
              {t("node.add_action")}
            </Button>
          )}
        </div>
        {actions.length === 0 && <p className="dim">{t("inspector.no_actions")}</p>}
        <ol className="action-list">
          {actions.map((action, index) => (
            <Line key={index} name={name} index={index} action={action} open={row === index} />
          ))}
        </ol>
      </section>
      <ExitForm key={exitOf(node).do} name={name} />
      {mayCount && <Stopped name={name} />}
      <NameInFile name={name} />
    </div>
  )
}

/** When the form of this node is asked for, the keyboard goes into it. */
function Focus({ name, panel }: { name: string; panel: RefObject<HTMLElement | null> }) {
  const store = useEditorStore()
  const shown = useEditor(editor => (editor.shown?.focus && editor.shown.names.includes(name) ? editor.shown : null))
  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => {
      focusField(panel.current, shown.field)
      store.getState().set({ shown: { ...shown, focus: false } })
    }, 30)
    return () => clearTimeout(timer)
  }, [shown, panel, store])
  return null
}

interface LineProps {
  name: string
  index: number
  action: Action
  open: boolean
}

const Line = memo(function Line({ name, index, action, open }: LineProps) {
  const store = useEditorStore()
  const endpoints = useEditor(editor => editor.history.bot.endpoints)
  const schema = useSchema()
  const issues = useEditor(editor => editor.issues)
  const readOnly = useEditor(editor => editor.readOnly)
  const item = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const [over, setOver] = useState<"above" | "below" | null>(null)
  const { icon: Icon, family } = kindOf(action.do)
  const path = ["nodes", name, "actions", index] as const
  const wrong = issuesAt(issues, path).length > 0
  const part = schema && tagged(schema, "do", action.do)?.[0]
  useEffect(() => {
    const element = item.current
    if (!element || readOnly) return
    const below = (y: number) => {
      const { top, height } = element.getBoundingClientRect()
      return y > top + height / 2
    }
    const stopDrag = draggable({
      element,
      ...(grip.current ? { dragHandle: grip.current } : {}),
      getInitialData: () => ({ kind: "action", node: name, index }),
    })
    const stopDrop = dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.kind === "action" || source.data.kind === "offer",
      onDrag: ({ location }) => setOver(below(location.current.input.clientY) ? "below" : "above"),
      onDragLeave: () => setOver(null),
      onDrop: ({ source, location }) => {
        setOver(null)
        drop(store, name, index + (below(location.current.input.clientY) ? 1 : 0), source.data)
      },
    })
    return () => {
      stopDrag()
      stopDrop()
    }
  }, [name, index, readOnly, store])
  return (
    <li ref={item} className={`action-line ${open ? "open" : ""} ${over ? `over-${over}` : ""}`}>
      <div className="row line-head">
        {!readOnly && (
          <span ref={grip} className="line-grip" aria-hidden="true">
            <GripVertical size={14} />
          </span>
        )}
        <button
          type="button"
          className="plain line-button"
          aria-expanded={open}
          onClick={() => store.getState().select({ nodes: [name], ...(open ? {} : { row: index }) })}
        >
          <span className={`tile ${family}`}>
            <Icon size={13} aria-hidden />
          </span>
          <span className="grow line-text">
            <strong>{word(`action.${action.do}`, action.do)}</strong>
            {!open && (
              <span className="dim line-summary">
                <Pieces text={summaryOf(action, { endpoints } as Bot)} />
              </span>
            )}
          </span>
          {wrong && <span className="chip bad tiny">{t("inspector.issue")}</span>}
          {open ? <ChevronDown size={15} aria-hidden /> : <ChevronRight size={15} aria-hidden />}
        </button>
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <IconButton
              icon={EllipsisVertical}
              label={t("inspector.row_menu", { row: `${word(`action.${action.do}`, action.do)} ${index + 1}` })}
              size={26}
            />
          </Menu.Target>
          <Menu.Dropdown>
            <RowItems name={name} index={index} store={store} />
          </Menu.Dropdown>
        </Menu>
      </div>
      {open && (
        <div className="stack line-form">
          {part ? (
            <SchemaForm
              part={part}
              path={path}
              change={(key, value) =>
                store.getState().make(setAction(store.getState().history.bot, name, index, [key], value))
              }
              skip={["failed"]}
              endpoints={() => {
                store.getState().set({ panel: "bot" })
                store.getState().show([], true, "/endpoints")
              }}
            />
          ) : (
            schema && <p className="dim">{t("inspector.unknown_action", { action: action.do })}</p>
          )}
          {!readOnly && (action.do === "fulfill" || action.do === "custom_request") && (
            <div>
              <Button
                size="compact-sm"
                variant="light"
                onClick={() => store.getState().set({ testing: { node: name, action: index } })}
              >
                {t("menu.test_endpoint")}
              </Button>
            </div>
          )}
          {part && ("endpoint" in action || action.do === "fulfill") && (
            <SchemaForm
              part={part}
              path={path}
              only={["failed"]}
              change={(key, value) =>
                store.getState().make(setAction(store.getState().history.bot, name, index, [key], value))
              }
            />
          )}
        </div>
      )}
    </li>
  )
})

/** The name by which the file knows the node; every way to it follows a change. */
const NameInFile = memo(function NameInFile({ name }: { name: string }) {
  const store = useEditorStore()
  const readOnly = useEditor(editor => editor.readOnly)
  const [typed, setTyped] = useState(name)
  const done = () => {
    if (typed === name || !typed.trim()) {
      setTyped(name)
      return
    }
    const edit = renameNode(store.getState().history.bot, name, typed)
    store.getState().make(edit, { select: { nodes: [edit.name] } })
  }
  return (
    <details className="more">
      <summary>{t("inspector.file")}</summary>
      <TextInput
        className="mono-field"
        label={t("inspector.name")}
        description={t("inspector.name.help", { title: titleOf(store.getState().history.bot, name) })}
        value={typed}
        maxLength={90}
        disabled={readOnly}
        onChange={event => setTyped(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={event => event.key === "Enter" && done()}
      />
    </details>
  )
})

/** Put the keyboard into the field of an issue, or the first one of what is open. */
export function focusField(panel: HTMLElement | null, field?: string): void {
  if (!panel) return
  const find = (selector: string) => panel.querySelector<HTMLElement>(selector)
  let found = field === "label" ? find("[data-field=label]") : null
  for (let at = field?.startsWith("/") ? field : ""; at && !found; at = at.slice(0, at.lastIndexOf("/")))
    found = find(`[data-pointer="${CSS.escape(at)}"]`)
  found ??=
    find(".line-form input, .line-form textarea") ??
    find(".exit-form.open input:not([type=radio]), .exit-form.open textarea") ??
    find("[data-field=label]")
  const input = found?.matches("input, textarea, button")
    ? found
    : (found?.querySelector<HTMLElement>("input, textarea, button") ?? found)
  input?.scrollIntoView({ block: "nearest" })
  input?.focus()
}

export { pointer }
