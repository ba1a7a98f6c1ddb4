/* Secrets: set, replaced and removed, and never shown. */
import { Button, PasswordInput, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { KeyRound, Plus } from "lucide-react"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { FormDialog } from "../../../ui/FormDialog.tsx"
import { notify } from "../../../ui/notices.tsx"
import { Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useDoing } from "../console/doing.ts"
import { Sure } from "../console/parts.tsx"

type Line = components["schemas"]["SecretLine"]

export function Secrets() {
  const _client = useQueryClient()
  const list = useQuery({
    queryKey: ["secrets"],
    queryFn: () => call<components["schemas"]["SecretList"]>("GET", "/secrets"),
  })
  const [form, setForm] = useState<string | null>(null)
  const [removing, setRemoving] = useState<Line | null>(null)
  const run = useDoing("secrets", "endpoints")
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  const add = (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setForm("")}>
      {t("secrets.add")}
    </Button>
  )
  return (
    <div className="stack">
      {list.data.secrets.length === 0 ? (
        <div className="card">
          <Empty icon={KeyRound} title={t("secrets.none")}>
            <p className="dim">{t("secrets.none.text")}</p>
            {add}
          </Empty>
        </div>
      ) : (
        <>
          <div className="row">
            <p className="dim grow">{t("secrets.none.text")}</p>
            {add}
          </div>
          <ul className="cards">
            {list.data.secrets.map(line => (
              <li key={line.name} className="card row">
                <code>{line.name}</code>
                {line.environment ? (
                  <span className="chip ok">{t("secrets.environment")}</span>
                ) : line.kept ? (
                  <span className="chip ok">{t("secrets.kept")}</span>
                ) : (
                  <span className="chip bad">{t("secrets.missing")}</span>
                )}
                <span className="dim small grow">
                  {line.used_by.length ? t("secrets.used", { names: line.used_by.join(", ") }) : t("secrets.unused")}
                </span>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t(line.kept ? "secrets.replace" : "secrets.set")} ${line.name}`}
                  onClick={() => setForm(line.name)}
                >
                  {t(line.kept ? "secrets.replace" : "secrets.set")}
                </Button>
                {line.kept && (
                  <Button
                    size="xs"
                    variant="default"
                    color="red"
                    aria-label={`${t("secrets.remove")} ${line.name}`}
                    onClick={() => setRemoving(line)}
                  >
                    {t("secrets.remove")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {form !== null && <Form known={form} saved={() => run(async () => {})} close={() => setForm(null)} />}
      {removing && (
        <Sure
          title={t("secrets.remove.title", { name: removing.name })}
          text={t("secrets.remove.text")}
          word={removing.name}
          label={t("secrets.remove.do")}
          run={() =>
            run(async () => {
              await call("DELETE", `/secrets/${encodeURIComponent(removing.name)}`)
              notify(t("secrets.removed", { name: removing.name }))
            })
          }
          close={() => setRemoving(null)}
        />
      )}
    </div>
  )
}

function Form({ known, saved, close }: { known: string; saved: () => Promise<void>; close: () => void }) {
  const [name, setName] = useState(known)
  const [value, setValue] = useState("")
  const save = async () => {
    await call("PUT", `/secrets/${encodeURIComponent(name.trim())}`, { body: { value } })
    notify(t("secrets.saved", { name: name.trim() }))
    await saved()
    close()
  }
  return (
    <FormDialog title={t("secrets.form.title")} label={t("secrets.form.save")} run={save} close={close}>
      <TextInput
        label={t("secrets.form.name")}
        className="mono-field"
        required
        withAsterisk={false}
        disabled={known !== ""}
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={t("secrets.form.value")}
        description={t("secrets.form.value.help")}
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus={known !== "" ? true : undefined}
        value={value}
        onChange={event => setValue(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("signin.show") }}
      />
    </FormDialog>
  )
}
