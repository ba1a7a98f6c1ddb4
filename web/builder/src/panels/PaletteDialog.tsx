/* Find anything: nodes and their texts, data (after @), commands (after >). */
import { Modal } from "@mantine/core"
import { CornerDownLeft, Database, Search, Terminal } from "lucide-react"
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react"
import { knownData, search, titleOf, usedIn } from "../../../document/index.ts"
import { t } from "../../../ui/t.ts"
import { kindOf } from "../actions/kinds.ts"
import { COMMANDS, nameOf, shownKeys } from "../commands/all.ts"
import { inOrder } from "../commands/targets.ts"
import { type EditorStore, useBot, useEditor, useEditorStore } from "../editing/store.ts"

interface Found {
  id: string
  group: "node" | "data" | "command"
  title: string
  more: string
  keys?: string
  icon: ReactNode
  run: () => void
}

const MOST = 40

export function PaletteDialog() {
  const store = useEditorStore()
  const [typed, setTyped] = useState("")
  const [at, setAt] = useState(0)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const found = useFound(store, typed)
  const close = () => store.getState().set({ dialog: null })
  const pick = (one: Found | undefined) => {
    if (!one) return
    close()
    setTimeout(one.run, 0)
  }
  useEffect(() => {
    box.current?.querySelector(`[id="${CSS.escape(`${id}-${at}`)}"]`)?.scrollIntoView({ block: "nearest" })
  }, [at, id])
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      padding={0}
      size={600}
      yOffset="12vh"
      centered={false}
      title={t("command.palette")}
      classNames={{ header: "unseen" }}
    >
      <div className="finder">
        <Search size={17} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found.length ? `${id}-${at}` : undefined}
          aria-label={t("palette.search")}
          placeholder={t("palette.search")}
          value={typed}
          spellCheck={false}
          onChange={event => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={event => {
            if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1))
            else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0))
            else if (event.key === "Enter") pick(found[at])
            else return
            event.preventDefault()
          }}
        />
      </div>
      <div id={id} ref={box} role="listbox" aria-label={t("palette.found")} className="found">
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the field above
          <div
            key={one.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="found-line"
            onMouseMove={() => setAt(index)}
            onClick={() => pick(one)}
          >
            {one.icon}
            <span className="grow clip">
              {one.title} {one.more && <span className="dim small">{one.more}</span>}
            </span>
            {one.keys ? (
              <kbd className="kbd">{one.keys}</kbd>
            ) : (
              index === at && <CornerDownLeft size={14} aria-hidden />
            )}
          </div>
        ))}
      </div>
      {!found.length && <p className="dim nothing">{t("palette.nothing")}</p>}
      <p className="dim small hints">{t("palette.hints")}</p>
    </Modal>
  )
}

function useFound(store: EditorStore, typed: string): Found[] {
  const bot = useBot()
  const editor = useEditor(now => now)
  return useMemo(() => {
    const words = typed.replace(/^[>@]\s*/, "")
    const lower = words.toLowerCase()
    const go = (name: string, row?: number | "exit") => () => {
      store.getState().select({ nodes: [name], ...(row === undefined ? {} : { row }) }, "node")
      store.getState().show([name], row !== undefined)
    }
    const data = (): Found[] =>
      knownData(bot)
        .filter(each => `${each.name} ${each.label}`.toLowerCase().includes(lower))
        .slice(0, MOST)
        .map(each => {
          const used = usedIn(bot, each.name)
          const place = each.setIn[0] ?? used[0]
          return {
            id: `@${each.name}`,
            group: "data",
            title: each.name,
            more: t("palette.used", { count: used.length }),
            icon: (
              <span className="tile data">
                <Database size={13} aria-hidden />
              </span>
            ),
            run: () => {
              if (place !== undefined) go(place)()
            },
          }
        })
    const commands = (): Found[] =>
      COMMANDS.filter(command => command.id !== "palette" && command.id !== "find")
        .filter(command => !(command.edits && editor.readOnly) && (!command.when || command.when(editor)))
        .filter(command => nameOf(command, editor).toLowerCase().includes(lower))
        .map(command => ({
          id: `>${command.id}`,
          group: "command",
          title: nameOf(command, editor),
          more: "",
          ...(command.keys ? { keys: shownKeys(command.keys) } : {}),
          icon: (
            <span className="tile logic">
              <Terminal size={13} aria-hidden />
            </span>
          ),
          run: () => command.run(store),
        }))
    if (typed.startsWith(">")) return commands()
    if (typed.startsWith("@")) return data()
    const node = (name: string, more: string, key: string, row?: number | "exit"): Found => {
      const drawn = bot.nodes[name]
      const first =
        typeof row === "number"
          ? drawn?.actions?.[row]?.do
          : row === "exit"
            ? drawn?.exit?.do
            : (drawn?.actions?.[0]?.do ?? drawn?.exit?.do)
      const { icon: Icon, family } = kindOf(String(first ?? ""))
      return {
        id: key,
        group: "node",
        title: titleOf(bot, name),
        more,
        icon: (
          <span className={`tile ${family}`}>
            <Icon size={13} aria-hidden />
          </span>
        ),
        run: go(name, row),
      }
    }
    if (!words.trim())
      return [
        ...inOrder(bot)
          .slice(0, 8)
          .map(name => node(name, "", name)),
        ...commands().slice(0, 8),
      ]
    const hits = search(bot, words, MOST).map(hit => {
      const [, , part, index] = hit.path
      const row =
        part === "actions" && typeof index === "number" ? index : part === "exit" ? ("exit" as const) : undefined
      return node(hit.node, part === undefined ? "" : hit.text.slice(0, 80), hit.path.join("/"), row)
    })
    return [...hits, ...data(), ...commands()].slice(0, MOST * 2)
  }, [bot, editor, store, typed])
}
