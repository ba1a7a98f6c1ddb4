/* Another password for one's own account. All other sign-ins end. */
import { Button, Group, Modal, PasswordInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import { call, sentence } from "../../ui/api.ts"
import { notify } from "../../ui/notices.tsx"
import { t } from "../../ui/t.ts"
import { useServerState, useSigned } from "./state.ts"

export function ChangePassword({ close }: { close: () => void }) {
  const state = useServerState()
  const signed = useSigned()
  const [current, setCurrent] = useState("")
  const [next, setNext] = useState("")
  const [problem, setProblem] = useState("")
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem("")
    try {
      await call("POST", "/me/password", { body: { current, new: next } })
      notify(t("account.password.done"))
      close()
      await signed({ keep: true })
    } catch (failure) {
      setProblem(sentence(failure))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={t("account.password.title")}>
      <form className="stack" onSubmit={submit}>
        <p className="dim">{t("account.password.text")}</p>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
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
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("account.password.cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {t("account.password.do")}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
