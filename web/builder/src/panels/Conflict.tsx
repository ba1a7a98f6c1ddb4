/* Somebody else saved this draft: nothing is overwritten; the person decides. */
import { Button, Modal } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useMemo, useState } from "react"
import { useLocation } from "wouter"
import { compare } from "../../../document/compare.ts"
import { readIssues, text } from "../../../document/index.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import type { Draft } from "../editing/draft.ts"
import { forget } from "../editing/recovery.ts"
import { useBot, useEditor, useEditorStore } from "../editing/store.ts"
import { Changes } from "./Changes.tsx"

export function Conflict() {
  const store = useEditorStore()
  const client = useQueryClient()
  const [, go] = useLocation()
  const mine = useBot()
  const name = useEditor(editor => editor.bot)
  const saving = useEditor(editor => editor.saving)
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const theirs = useQuery({
    queryKey: ["theirs", name, saving.state === "conflict" ? saving.revision : 0],
    queryFn: () => call<Draft>("GET", `/bots/${encodeURIComponent(name)}/draft`),
    staleTime: 0,
  })
  const changes = useMemo(() => (theirs.data ? compare(theirs.data.document, mine) : []), [theirs.data, mine])
  const take = () => {
    if (!theirs.data) return
    void forget(name)
    store.getState().replace(theirs.data.document, theirs.data.revision, readIssues(theirs.data.issues))
    store.getState().set({ dialog: null })
    notify(t("conflict.taken"))
  }
  const keep = async () => {
    setBusy(true)
    try {
      const label = t("conflict.copy_name", { name: text(mine.name) || name })
      const bot = `${name.slice(0, 50)}-copy-${Date.now().toString(36).slice(-5)}`
      const made = await call<Draft>("POST", "/bots", {
        body: { bot, name: label, document: { ...mine, bot, name: label } },
      })
      await client.invalidateQueries({ queryKey: ["bots"] })
      take()
      go(`/bots/${made.bot}`)
      notify(t("conflict.copied", { name: label }))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    } finally {
      setBusy(false)
    }
  }
  if (saving.state !== "conflict") return null
  return (
    <Modal opened size={600} onClose={() => store.getState().set({ dialog: null })} title={t("conflict.title")}>
      <div className="stack">
        <p>
          {t("conflict.text", { by: saving.by || t("conflict.somebody") })} <Ago at={saving.at} />.
        </p>
        <p className="dim">{t("conflict.safe")}</p>
        {shown && (
          <div className="scrolling sub-card">
            <h2>{t("conflict.difference")}</h2>
            <Changes changes={changes} />
          </div>
        )}
        <div className="row wrap">
          <Button variant="subtle" onClick={() => setShown(!shown)}>
            {shown ? t("conflict.hide") : t("conflict.show")}
          </Button>
          <span className="grow" />
          <Button variant="default" disabled={!theirs.data} onClick={take}>
            {t("conflict.theirs")}
          </Button>
          <Button loading={busy} disabled={!theirs.data} onClick={() => void keep()}>
            {t("conflict.mine")}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
