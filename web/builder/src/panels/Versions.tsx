/* The versions of a bot: who published what and when, what differs, and the way back. */
import { Button, Menu } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { EllipsisVertical, History } from "lucide-react"
import { useMemo, useState } from "react"
import { compare } from "../../../document/compare.ts"
import { readIssues } from "../../../document/index.ts"
import { BASE, call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty, Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { publishing } from "../../../ui/words/publishing.ts"
import type { Draft } from "../editing/draft.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { Changes } from "./Changes.tsx"
import { type VersionHead, versionQuery, versionsQuery } from "./versions.ts"

learn(publishing)

export function Versions({ mayPublish }: { mayPublish: boolean }) {
  const bot = useEditor(editor => editor.bot)
  const versions = useQuery(versionsQuery(bot))
  if (versions.isPending) return <Waiting />
  if (versions.isError) return <Failure failure={versions.error} retry={() => void versions.refetch()} />
  if (!versions.data.length)
    return (
      <Empty icon={History} title={t("versions.none")}>
        <p className="dim">{t("versions.none.text")}</p>
      </Empty>
    )
  return (
    <div className="panel-body stack">
      <Compared />
      <ol className="versions">
        {versions.data.map((version, index) => (
          <One key={version.number} version={version} newest={index === 0} mayPublish={mayPublish} />
        ))}
      </ol>
    </div>
  )
}

function Compared() {
  const store = useEditorStore()
  const comparing = useEditor(editor => editor.comparing)
  const now = useEditor(editor => editor.history.bot)
  const changes = useMemo(() => (comparing ? compare(comparing.before, now) : []), [comparing, now])
  if (!comparing) return null
  return (
    <section className="sub-card stack tight" aria-label={comparing.title}>
      <div className="row">
        <h2 className="grow">{comparing.title}</h2>
        <Button size="compact-sm" variant="default" onClick={() => store.getState().set({ comparing: null })}>
          {t("versions.stop")}
        </Button>
      </div>
      <Changes changes={changes} />
    </section>
  )
}

function One({ version, newest, mayPublish }: { version: VersionHead; newest: boolean; mayPublish: boolean }) {
  const store = useEditorStore()
  const client = useQueryClient()
  const bot = useEditor(editor => editor.bot)
  const readOnly = useEditor(editor => editor.readOnly)
  const [busy, setBusy] = useState(false)
  const number = version.number
  const guarded = (work: () => Promise<void>) => async () => {
    setBusy(true)
    try {
      await work()
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    } finally {
      setBusy(false)
    }
  }
  const show = guarded(async () => {
    const { document } = await client.ensureQueryData(versionQuery(bot, number))
    store.getState().set({
      outline: false,
      comparing: {
        before: document,
        title: t("versions.compared", { version: String(number) }),
      },
    })
  })
  const restore = guarded(async () => {
    const { document } = await client.ensureQueryData(versionQuery(bot, number))
    store.getState().make({
      says: ["restore", { version: String(number) }],
      touches: [],
      change: draft => Object.assign(clear(draft), structuredClone(document)),
    })
    notify(t("versions.restored", { version: String(number) }), {
      action: { label: t("command.undo.short"), run: () => store.getState().undo() },
    })
  })
  const rollBack = guarded(async () => {
    const made = await call<{ version: number }>(
      "POST",
      `/bots/${encodeURIComponent(bot)}/versions/${number}/publish`,
      {
        body: { note: t("versions.rolled_note", { version: String(number) }) },
      },
    )
    await client.invalidateQueries({ queryKey: ["versions", bot] })
    await client.invalidateQueries({ queryKey: ["bots"] })
    notify(t("versions.rolled", { version: String(number), made: String(made.version) }))
    if (store.getState().revision === 0) {
      const draft = await call<Draft>("GET", `/bots/${encodeURIComponent(bot)}/draft`)
      store.getState().replace(draft.document, draft.revision, readIssues(draft.issues))
    }
  })
  return (
    <li className="version">
      <div className="row">
        <strong>{t("versions.number", { version: String(number) })}</strong>
        {newest && <span className="chip ok tiny">{t("versions.live")}</span>}
        <span className="grow" />
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <IconButton
              icon={EllipsisVertical}
              label={t("versions.more", { version: String(number) })}
              size={26}
              loading={busy}
            />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void show()}>{t("versions.compare")}</Menu.Item>
            {!readOnly && <Menu.Item onClick={() => void restore()}>{t("versions.restore")}</Menu.Item>}
            {mayPublish && !newest && <Menu.Item onClick={() => void rollBack()}>{t("versions.roll_back")}</Menu.Item>}
            <Menu.Item component="a" download href={`${BASE}/bots/${encodeURIComponent(bot)}/export?version=${number}`}>
              {t("top.export")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {version.note && <p>{version.note}</p>}
      <p className="dim small">
        <Ago at={version.published_at} /> · {version.published_by || t("versions.by_command")}
        {version.running > 0 && ` · ${t("versions.running", { count: version.running })}`}
      </p>
    </li>
  )
}

function clear(draft: object): object {
  for (const key of Object.keys(draft)) delete (draft as Record<string, unknown>)[key]
  return draft
}
