/* A dialog with a form: it stays open, and says why, until what it does is done. */
import { Button, Modal } from "@mantine/core"
import { type FormEvent, type ReactNode, useState } from "react"
import { sentence } from "./api.ts"
import { t } from "./t.ts"

interface FormDialogProps {
  title: string
  /** What the button says. */
  label: string
  /** Whether it can be sent as it is. */
  ready?: boolean
  /** Sends it; what is thrown is shown. */
  run: () => Promise<void>
  close: () => void
  size?: number
  children: ReactNode
}

export function FormDialog({ title, label, ready = true, run, close, size, children }: FormDialogProps) {
  const [problem, setProblem] = useState("")
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem("")
    try {
      await run()
    } catch (failure) {
      setProblem(sentence(failure))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={title} size={size ?? "md"}>
      <form className="stack" onSubmit={submit}>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {children}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {label}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
