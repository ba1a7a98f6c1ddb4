/* The bar above the canvas: which bot, whether it is live and saved, search, undo, and publishing. */
import { Button, Menu } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import {
  Download,
  EllipsisVertical,
  ListTree,
  type LucideIcon,
  Play,
  Redo2,
  Search,
  SquareDashedMousePointer,
  Trash2,
  Undo2,
  Upload,
} from "lucide-react"
import { useState } from "react"
import { Link } from "wouter"
import { text } from "../../../document/index.ts"
import { BASE } from "../../../ui/api.ts"
import { IconButton } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { clock } from "../../../ui/time.ts"
import { COMMANDS, nameOf, shownKeys } from "../commands/all.ts"
import { useFailing } from "../editing/failing.ts"
import { useOthers } from "../editing/presence.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { Discard } from "./Discard.tsx"
import { versionsQuery } from "./versions.ts"

export function TopBar({ mayPublish }: { mayPublish: boolean }) {
  const store = useEditorStore()
  const title = useEditor(editor => text(editor.history.bot.name))
  const name = useEditor(editor => editor.bot)
  const outline = useEditor(editor => editor.outline)
  const readOnly = useEditor(editor => editor.readOnly)
  const versions = useQuery(versionsQuery(name))
  const [discarding, setDiscarding] = useState(false)
  const live = versions.data?.[0]?.number
  useFailing(live !== undefined)
  return (
    <header className="top-bar">
      <nav className="crumbs" aria-label={t("top.where")}>
        <Link href="/">{t("bots.title")}</Link>
        <span aria-hidden="true">/</span>
        <h1>{title || name}</h1>
      </nav>
      {live ? (
        <span className="chip ok">{t("bots.live", { version: String(live) })}</span>
      ) : (
        <span className="chip">{t("bots.never")}</span>
      )}
      <SaveState />
      <OthersHere />
      <span className="grow" />
      <button type="button" className="plain search-button" onClick={() => store.getState().set({ dialog: "palette" })}>
        <Search size={15} aria-hidden />
        <span className="grow">{t("top.search")}</span>
        <kbd className="kbd">{shownKeys("Ctrl K")}</kbd>
      </button>
      <Undoing id="undo" icon={Undo2} keys="Ctrl Z" />
      <Undoing id="redo" icon={Redo2} keys="Ctrl Shift Z" />
      <IconButton
        icon={outline ? SquareDashedMousePointer : ListTree}
        label={outline ? t("top.canvas") : t("top.outline")}
        keys="O"
        onClick={() => store.getState().set({ outline: !outline })}
      />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <IconButton icon={EllipsisVertical} label={t("top.more")} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={`${BASE}/bots/${encodeURIComponent(name)}/export?version=draft`}
            download
            leftSection={<Download size={15} aria-hidden />}
          >
            {t("top.export")}
          </Menu.Item>
          {live && (
            <>
              <Menu.Item component={Link} href={`/bots/${encodeURIComponent(name)}/install`}>
                {t("top.install")}
              </Menu.Item>
              <Menu.Item component={Link} href={`/bots/${encodeURIComponent(name)}/funnel`}>
                {t("top.funnel")}
              </Menu.Item>
            </>
          )}
          {["settings", "versions", "keys"].map(id => (
            <Menu.Item key={id} onClick={() => command(id).run(store)}>
              {t(command(id).word)}
            </Menu.Item>
          ))}
          {!readOnly && (
            <Menu.Item color="red" leftSection={<Trash2 size={15} aria-hidden />} onClick={() => setDiscarding(true)}>
              {t("top.discard")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {!readOnly && (
        <Button
          variant="default"
          leftSection={<Play size={15} aria-hidden />}
          onClick={() => store.getState().set({ panel: "test", panelOpen: true })}
        >
          {t("top.test")}
        </Button>
      )}
      {mayPublish && (
        <Button
          leftSection={<Upload size={16} aria-hidden />}
          onClick={() => store.getState().set({ dialog: "publish" })}
        >
          {t("top.publish")}
        </Button>
      )}
      {discarding && <Discard close={() => setDiscarding(false)} published={live !== undefined} />}
    </header>
  )
}

const command = (id: string) => COMMANDS.find(each => each.id === id)!

/** Undo or do again: the button names what. */
function Undoing({ id, icon, keys }: { id: "undo" | "redo"; icon: LucideIcon; keys: string }) {
  const store = useEditorStore()
  const label = useEditor(editor => nameOf(command(id), editor))
  const possible = useEditor(({ history }) => (id === "undo" ? history.done : history.undone).length > 0)
  return (
    <IconButton
      icon={icon}
      label={label}
      keys={shownKeys(keys)}
      aria-disabled={!possible}
      onClick={() => command(id).run(store)}
    />
  )
}

/** A quiet line while somebody else, or the same person in another window, has the draft open. */
function OthersHere() {
  const others = useOthers()
  const [first] = others
  if (!first) return null
  const words =
    others.length > 1
      ? t("presence.several", { name: first.name, count: others.length - 1 })
      : first.you
        ? t("presence.you")
        : t("presence.one", { name: first.name })
  return (
    <span className="others" title={t("presence.help")}>
      <span className="others-dot" aria-hidden="true" />
      {words}
    </span>
  )
}

function SaveState() {
  const saving = useEditor(editor => editor.saving)
  const readOnly = useEditor(editor => editor.readOnly)
  const store = useEditorStore()
  if (readOnly) return <span className="chip">{t("saving.read_only")}</span>
  const bad = saving.state === "conflict" || saving.state === "refused" || saving.state === "signed_out"
  const words =
    saving.state === "saved"
      ? saving.at
        ? t("saving.saved", { time: clock(saving.at) })
        : t("saving.none")
      : saving.state === "refused"
        ? t("saving.refused")
        : t(`saving.${saving.state}`)
  return (
    <span role="status" className={bad ? "chip bad" : saving.state === "offline" ? "chip warn" : "chip"}>
      {saving.state === "conflict" ? (
        <button type="button" className="plain" onClick={() => store.getState().set({ dialog: "conflict" })}>
          {words}
        </button>
      ) : (
        <span title={saving.state === "refused" ? saving.message : undefined}>{words}</span>
      )}
    </span>
  )
}
