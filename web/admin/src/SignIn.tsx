/* Signing in, as a page or inside of a dialog over work that must not be lost. */
import { Button, PasswordInput, TextInput } from "@mantine/core"
import { useState } from "react"
import { BASE, call } from "../../ui/api.ts"
import { Form } from "../../ui/Form.tsx"
import { t, word } from "../../ui/t.ts"
import { Door } from "./Door.tsx"

interface Props {
  oidc: string | null
  password: boolean
  done: () => void | Promise<void>
  inside?: boolean
}

/** What the provider's way back says was wrong: a code in the address, of which only our own words are shown. */
function refusedElsewhere(): string {
  const code = new URLSearchParams(window.location.search).get("problem")
  return code === null ? "" : word(`problem.${code}`, t("problem.other"))
}

export function SignIn({ oidc, password, done, inside = false }: Props) {
  const [email, setEmail] = useState("")
  const [secret, setSecret] = useState("")
  const run = async () => {
    await call("POST", "/sign-in", { body: { email: email.trim(), password: secret } })
    await done()
  }
  const form = (
    <Form run={run} problem={refusedElsewhere()}>
      {busy => (
        <>
          {password && (
            <>
              <TextInput
                label={t("signin.email")}
                type="email"
                autoComplete="username"
                required
                withAsterisk={false}
                autoFocus
                value={email}
                onChange={event => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t("signin.password")}
                autoComplete="current-password"
                required
                withAsterisk={false}
                value={secret}
                onChange={event => setSecret(event.currentTarget.value)}
                visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
              />
              <Button type="submit" loading={busy}>
                {t("signin.do")}
              </Button>
            </>
          )}
          {oidc && (
            <Button
              component="a"
              variant="default"
              href={`${BASE}/oidc/start?next=${encodeURIComponent(inside ? "/console/" : window.location.pathname)}`}
              {...(inside ? { target: "_blank" } : {})}
            >
              {t("signin.oidc", { name: oidc })}
            </Button>
          )}
        </>
      )}
    </Form>
  )
  return inside ? form : <Door title={t("signin.title")}>{form}</Door>
}
