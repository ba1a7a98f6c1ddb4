/* Data that the page gives: taken as it comes, or only when the company signed it. */
import { Button, Switch } from "@mantine/core"
import { KeyRound } from "lucide-react"
import { useState } from "react"
import { isMapping } from "../../../document/index.ts"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { useAt, useEditor } from "../editing/store.ts"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import type { Put } from "./BotSettings.tsx"

export function PageData({ set }: { set: Put }) {
  const readOnly = useEditor(editor => editor.readOnly)
  const on = isMapping(useAt("signed_data"))
  const [made, setMade] = useState("")
  const make = async () => {
    const pair = await keyPair()
    set(["signed_data", "public_key"], pair.publicKey)
    setMade(URL.createObjectURL(new Blob([pair.privateKey], { type: "application/x-pem-file" })))
    notify(t("signed.made"))
  }
  return (
    <section className="stack tight" aria-label={t("settings.signed_data")} data-pointer="/signed_data">
      <h2>{t("settings.signed_data")}</h2>
      <Switch
        label={t("signed.on")}
        description={t("signed.on.help")}
        checked={on}
        disabled={readOnly}
        onChange={event => set(["signed_data"], event.currentTarget.checked ? { public_key: "" } : undefined)}
      />
      {on && (
        <>
          <SchemaForm
            part="SignedData"
            path={["signed_data"]}
            change={(key, value) => set(["signed_data", key], value)}
          />
          {/* browsers make keys only on pages that came safely */}
          {!readOnly && globalThis.crypto?.subtle && (
            <div className="row wrap">
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<KeyRound size={14} aria-hidden />}
                onClick={() => void make()}
              >
                {t("signed.make")}
              </Button>
              {made && (
                <a className="link" href={made} download="private.pem">
                  {t("signed.private")}
                </a>
              )}
            </div>
          )}
          {made && <p className="small">{t("signed.private.help")}</p>}
        </>
      )}
    </section>
  )
}

/** A fresh pair of keys (P-256) as PEM. The private one is never sent anywhere. */
async function keyPair(): Promise<{ publicKey: string; privateKey: string }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])
  const [open, secret] = await Promise.all([
    crypto.subtle.exportKey("spki", pair.publicKey),
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
  ])
  return { publicKey: pem("PUBLIC KEY", open), privateKey: pem("PRIVATE KEY", secret) }
}

function pem(what: string, key: ArrayBuffer): string {
  const lines = btoa(String.fromCharCode(...new Uint8Array(key))).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ""].join("\n")
}
