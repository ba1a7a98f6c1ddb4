/* Whoever was invited chooses a password here. The code stands behind the # of the link, which no server is sent. */
import { Button, PasswordInput, TextInput } from "@mantine/core"
import { useState } from "react"
import { useLocation } from "wouter"
import { call } from "../../ui/api.ts"
import { Form } from "../../ui/Form.tsx"
import { t } from "../../ui/t.ts"
import { Door } from "./Door.tsx"

export function Join({ shortest, done }: { shortest: number; done: () => void | Promise<void> }) {
  const [given] = useState(() => window.location.hash.slice(1))
  const [code, setCode] = useState(given)
  const [password, setPassword] = useState("")
  const [, go] = useLocation()
  const run = async () => {
    await call("POST", "/join", { body: { code: code.trim(), password } })
    go("/", { replace: true })
    await done()
  }
  return (
    <Door title={t("join.title")}>
      <p className="dim">{t("join.text")}</p>
      <Form run={run}>
        {busy => (
          <>
            <TextInput
              label={t("join.code")}
              description={t("join.code.help")}
              required
              withAsterisk={false}
              autoFocus={!given}
              autoComplete="off"
              spellCheck={false}
              className="mono-field"
              value={code}
              onChange={event => setCode(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("join.password")}
              description={t("setup.password.help", { count: shortest })}
              autoComplete="new-password"
              required
              withAsterisk={false}
              autoFocus={given !== ""}
              minLength={shortest}
              value={password}
              onChange={event => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
            />
            <Button type="submit" loading={busy}>
              {t("join.do")}
            </Button>
          </>
        )}
      </Form>
    </Door>
  )
}
