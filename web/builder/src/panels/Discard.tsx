/* Giving the draft up: typed to confirm, for it cannot be undone. */
import { Button, Modal, TextInput } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useLocation } from "wouter"
import { readIssues } from "../../../document/index.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import type { Draft } from "../editing/draft.ts"
import { forget } from "../editing/recovery.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"

export function Discard({ close, published }: { close: () => void; published: boolean }) {
  const store = useEditorStore()
  const client = useQueryClient()
  const [, go] = useLocation()
  const bot = useEditor(editor => editor.bot)
  const [typed, setTyped] = useState("")
  const discard = async () => {
    try {
      await call("DELETE", `/bots/${encodeURIComponent(bot)}/draft`)
      await forget(bot)
      await client.invalidateQueries({ queryKey: ["bots"] })
      if (published) {
        const draft = await call<Draft>("GET", `/bots/${encodeURIComponent(bot)}/draft`)
        store.getState().replace(draft.document, draft.revision, readIssues(draft.issues))
        close()
      } else {
        store.setState({ savedBot: store.getState().history.bot })
        go("/")
      }
      notify(t("discard.done"))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
  }
  return (
    <Modal opened onClose={close} title={t("discard.title")}>
      <form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          if (typed === bot) void discard()
        }}
      >
        <p>{published ? t("discard.text") : t("discard.text.never")}</p>
        <TextInput
          data-autofocus
          label={t("discard.type", { bot })}
          value={typed}
          autoComplete="off"
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" color="red" disabled={typed !== bot}>
            {t("discard.do")}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
