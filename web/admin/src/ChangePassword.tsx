/* Another password for one's own account. All other sign-ins end. */
import { PasswordInput } from "@mantine/core"
import { useState } from "react"
import { call } from "../../ui/api.ts"
import { FormDialog } from "../../ui/FormDialog.tsx"
import { notify } from "../../ui/notices.tsx"
import { t } from "../../ui/t.ts"
import { useServerState, useSigned } from "./state.ts"

export function ChangePassword({ close }: { close: () => void }) {
  const state = useServerState()
  const signed = useSigned()
  const [current, setCurrent] = useState("")
  const [next, setNext] = useState("")
  const run = async () => {
    await call("POST", "/me/password", { body: { current, new: next } })
    notify(t("account.password.done"))
    close()
    await signed({ keep: true })
  }
  return (
    <FormDialog title={t("account.password.title")} label={t("account.password.do")} run={run} close={close}>
      <p className="dim">{t("account.password.text")}</p>
      <PasswordInput
        label={t("account.password.current")}
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus
        value={current}
        onChange={event => setCurrent(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
      />
      <PasswordInput
        label={t("account.password.new")}
        description={t("setup.password.help", { count: state.data?.password.shortest ?? 12 })}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={next}
        onChange={event => setNext(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
      />
    </FormDialog>
  )
}
