/* A dialog with a form: it stays open, and says why, until what it does is done. */
import { Button, Modal } from "@mantine/core"
import { type ReactNode, useState } from "react"
import { Form } from "./Form.tsx"
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
  return (
    <Modal opened onClose={close} title={title} size={size ?? "md"}>
      <Form run={run}>
        {busy => (
          <>
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
          </>
        )}
      </Form>
    </Modal>
  )
}
