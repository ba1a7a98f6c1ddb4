/* The first run: whoever holds the code that the server printed becomes its administrator. */
import { Button, PasswordInput, TextInput } from "@mantine/core"
import { useState } from "react"
import { call } from "../../ui/api.ts"
import { Form } from "../../ui/Form.tsx"
import { t } from "../../ui/t.ts"
import { Door } from "./Door.tsx"

export function SetUp({ shortest, done }: { shortest: number; done: () => void }) {
  const [fields, setFields] = useState({ code: "", name: "", email: "", password: "" })
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setFields(before => ({ ...before, [name]: value }))
  }
  const run = async () => {
    await call("POST", "/set-up", { body: { ...fields, code: fields.code.trim(), email: fields.email.trim() } })
    done()
  }
  return (
    <Door title={t("setup.title")}>
      <p className="dim">{t("setup.text")}</p>
      <Form run={run}>
        {busy => (
          <>
            <TextInput
              label={t("setup.code")}
              description={t("setup.code.help")}
              required
              withAsterisk={false}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              className="mono-field"
              value={fields.code}
              onChange={set("code")}
            />
            <TextInput
              label={t("setup.name")}
              autoComplete="name"
              required
              withAsterisk={false}
              value={fields.name}
              onChange={set("name")}
            />
            <TextInput
              label={t("signin.email")}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              value={fields.email}
              onChange={set("email")}
            />
            <PasswordInput
              label={t("signin.password")}
              description={t("setup.password.help", { count: shortest })}
              autoComplete="new-password"
              required
              withAsterisk={false}
              minLength={shortest}
              value={fields.password}
              onChange={set("password")}
              visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
            />
            <Button type="submit" loading={busy}>
              {t("setup.do")}
            </Button>
          </>
        )}
      </Form>
    </Door>
  )
}
