/* A fresh proof of who it is, asked for where a call needs it; the call then goes on by itself. */
import { Button, Group, Modal, PasswordInput } from "@mantine/core"
import { type FormEvent, useEffect, useRef, useState } from "react"
import { BASE, call, onUnconfirmed, sentence } from "../../ui/api.ts"
import { t } from "../../ui/t.ts"
import { ABOVE_ALL } from "../../ui/theme.tsx"
import { useMe } from "./state.ts"

export function Confirm({ oidc }: { oidc: string | null }) {
  const me = useMe()
  const answer = useRef<((proved: boolean) => void) | null>(null)
  const [asked, setAsked] = useState(false)
  const [password, setPassword] = useState("")
  const [problem, setProblem] = useState("")
  const [busy, setBusy] = useState(false)
  useEffect(
    () =>
      onUnconfirmed(
        () =>
          new Promise(resolve => {
            answer.current?.(false)
            answer.current = resolve
            setAsked(true)
          }),
      ),
    [],
  )
  const end = (proved: boolean) => {
    setAsked(false)
    setPassword("")
    setProblem("")
    answer.current?.(proved)
    answer.current = null
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem("")
    try {
      await call("POST", "/me/confirm", { body: { password } })
      end(true)
    } catch (failure) {
      setProblem(sentence(failure))
    } finally {
      setBusy(false)
    }
  }
  const here = encodeURIComponent(window.location.pathname)
  return (
    <Modal
      opened={asked}
      onClose={() => end(false)}
      title={t("confirm.title")}
      withCloseButton={false}
      zIndex={ABOVE_ALL}
    >
      <form className="stack" onSubmit={submit}>
        <p className="dim">{t("confirm.text")}</p>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {me.person.by.includes("password") ? (
          <PasswordInput
            label={t("signin.password")}
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            value={password}
            onChange={event => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
          />
        ) : (
          <p className="dim">{t("confirm.oidc.text")}</p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => end(false)}>
            {t("confirm.cancel")}
          </Button>
          {me.person.by.includes("password") ? (
            <Button type="submit" loading={busy}>
              {t("confirm.do")}
            </Button>
          ) : (
            <Button component="a" href={`${BASE}/oidc/start?again=1&next=${here}`}>
              {t("confirm.oidc", { name: oidc ?? "" })}
            </Button>
          )}
        </Group>
      </form>
    </Modal>
  )
}
