/* The builder of one bot: opens its draft, brings back what was not saved, and puts the parts side by side. */
import { Tabs } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { PanelRightClose, PanelRightOpen } from "lucide-react"
import { lazy, Suspense, useEffect, useState } from "react"
import { has, history as histories, readIssues, same } from "../../document/index.ts"
import { call } from "../../ui/api.ts"
import { notify } from "../../ui/notices.tsx"
import { Failure, IconButton, Waiting } from "../../ui/parts.tsx"
import { t } from "../../ui/t.ts"
import { clock } from "../../ui/time.ts"
import { ActionMenu } from "./actions/ActionMenu.tsx"
import { Canvas, type MenuRequest } from "./canvas/Canvas.tsx"
import { close as closeFunnel, open as openFunnel } from "./canvas/funnel.ts"
import { useKeys } from "./commands/useKeys.ts"
import type { Draft } from "./editing/draft.ts"
import { recall } from "./editing/recovery.ts"
import { startSaving } from "./editing/saving.ts"
import {
  createEditor,
  EditorContext,
  type EditorStore,
  type Panel,
  useEditor,
  useEditorStore,
} from "./editing/store.ts"
import { useSchema } from "./forms/schema.ts"
import { IssuesPanel } from "./panels/IssuesPanel.tsx"
import { Nothing } from "./panels/Nothing.tsx"
import { Palette } from "./panels/Palette.tsx"
import { TopBar } from "./panels/TopBar.tsx"
import "./builder.css"

/** What is not needed for the first look comes when it is opened. */
const BotSettings = lazy(() => import("./settings/BotSettings.tsx").then(each => ({ default: each.BotSettings })))
const Conflict = lazy(() => import("./panels/Conflict.tsx").then(each => ({ default: each.Conflict })))
const inspector = () => import("./panels/Inspector.tsx")
const Inspector = lazy(() => inspector().then(each => ({ default: each.Inspector })))
const ContextMenu = lazy(() => import("./panels/ContextMenu.tsx").then(each => ({ default: each.ContextMenu })))
const KeysDialog = lazy(() => import("./panels/KeysDialog.tsx").then(each => ({ default: each.KeysDialog })))
const Outline = lazy(() => import("./panels/Outline.tsx").then(each => ({ default: each.Outline })))
const palette = () => import("./panels/PaletteDialog.tsx")
const PaletteDialog = lazy(() => palette().then(each => ({ default: each.PaletteDialog })))
const Publish = lazy(() => import("./panels/Publish.tsx").then(each => ({ default: each.Publish })))
const TestPanel = lazy(() => import("./test/TestPanel.tsx").then(each => ({ default: each.TestPanel })))
const EndpointTest = lazy(() => import("./test/EndpointTest.tsx").then(each => ({ default: each.EndpointTest })))
const Versions = lazy(() => import("./panels/Versions.tsx").then(each => ({ default: each.Versions })))

interface Props {
  bot: string
  readOnly: boolean
  mayPublish: boolean
  mayCount: boolean
}

export function Builder({ bot, readOnly, mayPublish, mayCount }: Props) {
  const opened = useQuery({
    queryKey: ["open", bot],
    queryFn: () => open(bot, readOnly, mayCount),
    // A draft is read once: from then on it changes here.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  if (opened.isPending)
    return (
      <main className="page">
        <Waiting label={t("builder.opening")} />
      </main>
    )
  if (opened.isError)
    return (
      <main className="page" id="page" tabIndex={-1}>
        <Failure failure={opened.error} retry={() => void opened.refetch()} />
      </main>
    )
  return (
    <EditorContext.Provider value={opened.data}>
      <Parts mayPublish={mayPublish} />
    </EditorContext.Provider>
  )
}

/** Read the draft. What was kept in this browser is brought back when it was made from the same revision; else both are shown. */
async function open(bot: string, readOnly: boolean, mayCount: boolean): Promise<EditorStore> {
  const [draft, kept] = await Promise.all([
    call<Draft>("GET", `/bots/${encodeURIComponent(bot)}/draft`),
    readOnly ? undefined : recall(bot),
  ])
  const store = createEditor({
    bot,
    document: draft.document,
    revision: draft.revision,
    issues: readIssues(draft.issues),
    savedAt: draft.revision === 0 ? 0 : (draft.saved_at ?? 0),
    readOnly,
    mayCount,
  })
  if (draft.comments_lost) notify(t("builder.comments"))
  if (kept && !same(kept.document, draft.document)) {
    const { history, savedBot } = store.getState()
    store.setState({
      history: {
        ...history,
        bot: histories.begin(kept.document).bot,
        done: [
          {
            before: savedBot,
            after: kept.document,
            says: ["recovered", { time: clock(kept.at) }],
            touches: [],
            mark: undefined,
            at: kept.at,
          },
        ],
      },
    })
    if (kept.revision === draft.revision) {
      store.setState({ saving: { state: "dirty" } })
      notify(t("recovery.brought_back", { time: clock(kept.at) }), {
        action: { label: t("command.undo.short"), run: () => store.getState().undo() },
      })
    } else
      store.setState({
        saving: {
          state: "conflict",
          revision: draft.revision,
          at: draft.saved_at ?? Date.now(),
          by: draft.saved_by ?? "",
        },
        dialog: "conflict",
      })
  }
  return store
}

function Parts({ mayPublish }: { mayPublish: boolean }) {
  const store = useEditorStore()
  const outline = useEditor(editor => editor.outline)
  const dialog = useEditor(editor => editor.dialog)
  const panelOpen = useEditor(editor => editor.panelOpen)
  const readOnly = useEditor(editor => editor.readOnly)
  const testing = useEditor(editor => editor.testing)
  const [menu, setMenu] = useState<MenuRequest | null>(null)
  useKeys()
  useSchema()
  useEffect(() => startSaving(store), [store])
  useEffect(() => {
    // A link from elsewhere names the node that it is about.
    const asked = new URLSearchParams(window.location.search)
    const name = asked.get("node")
    const { bot, history, select, show, mayCount } = store.getState()
    if (asked.has("funnel") && mayCount) void openFunnel(bot, Number(asked.get("funnel")) || 0)
    if (name !== null && has(history.bot, name)) {
      select({ nodes: [name] }, "node")
      show([name], false)
    }
    return closeFunnel
  }, [store])
  return (
    <div className="builder">
      <TopBar mayPublish={mayPublish} />
      <div className={panelOpen ? "work" : "work closed"}>
        {!readOnly && <Palette />}
        <main className="middle" id="page" tabIndex={-1} aria-label={outline ? t("top.outline") : t("top.canvas")}>
          <div className="stage">
            <Suspense fallback={<Waiting />}>{outline ? <Outline /> : <Canvas menu={setMenu} />}</Suspense>
          </div>
          <IssuesPanel />
        </main>
        <Side mayPublish={mayPublish} />
      </div>
      <ActionMenu />
      <Suspense fallback={null}>
        {menu && <ContextMenu key={menu.at.join()} request={menu} close={() => setMenu(null)} />}
        {testing && <EndpointTest {...testing} />}
        {dialog === "publish" && <Publish />}
        {dialog === "conflict" && <Conflict />}
        {dialog === "keys" && <KeysDialog />}
        {dialog === "palette" && <PaletteDialog />}
      </Suspense>
    </div>
  )
}

/** The forms come while the canvas is looked at, or at once when a node is chosen. */
function NodePanel() {
  const empty = useEditor(editor => editor.selection.nodes.length === 0)
  useEffect(() => {
    const timers = [setTimeout(inspector, 300), setTimeout(palette, 600)]
    return () => {
      for (const timer of timers) clearTimeout(timer)
    }
  }, [])
  return empty ? (
    <Nothing />
  ) : (
    <Suspense fallback={<Waiting />}>
      <Inspector />
    </Suspense>
  )
}

function Side({ mayPublish }: { mayPublish: boolean }) {
  const store = useEditorStore()
  const panel = useEditor(editor => editor.panel)
  const open = useEditor(editor => editor.panelOpen)
  const readOnly = useEditor(editor => editor.readOnly)
  if (!open)
    return (
      <aside className="side-closed" aria-label={t("side.name")}>
        <IconButton
          icon={PanelRightOpen}
          label={t("side.open")}
          onClick={() => store.getState().set({ panelOpen: true })}
        />
      </aside>
    )
  return (
    <aside className="side" aria-label={t("side.name")}>
      <Tabs
        value={panel}
        onChange={value => store.getState().set({ panel: (value ?? "node") as Panel })}
        keepMounted={false}
      >
        <div className="side-head">
          <Tabs.List>
            <Tabs.Tab value="node">{t("side.node")}</Tabs.Tab>
            {!readOnly && <Tabs.Tab value="test">{t("side.test")}</Tabs.Tab>}
            <Tabs.Tab value="bot">{t("side.bot")}</Tabs.Tab>
            <Tabs.Tab value="versions">{t("side.versions")}</Tabs.Tab>
          </Tabs.List>
          <IconButton
            icon={PanelRightClose}
            label={t("side.close")}
            onClick={() => store.getState().set({ panelOpen: false })}
          />
        </div>
        <Tabs.Panel value="node" className="side-panel">
          <NodePanel />
        </Tabs.Panel>
        <Tabs.Panel value="test" className="side-panel side-test">
          <Suspense fallback={<Waiting />}>
            <TestPanel />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="bot" className="side-panel">
          <Suspense fallback={<Waiting />}>
            <BotSettings />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="versions" className="side-panel">
          <Suspense fallback={<Waiting />}>
            <Versions mayPublish={mayPublish} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </aside>
  )
}
