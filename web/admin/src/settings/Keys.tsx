/* API keys of the company's programs. A key is shown once. */
import { Button, Checkbox, Modal, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { KeyRound, Plus } from "lucide-react"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { FormDialog } from "../../../ui/FormDialog.tsx"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty, Failure, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useDoing } from "../console/doing.ts"
import { Copy, Sure } from "../console/parts.tsx"
import { Table } from "../console/Table.tsx"

type List = components["schemas"]["ApiKeyList"]
type Key = components["schemas"]["ApiKey"]
type Made = components["schemas"]["MadeApiKey"]

export function Keys() {
  const client = useQueryClient()
  const list = useQuery({ queryKey: ["api-keys"], queryFn: () => call<List>("GET", "/api-keys") })
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const [revoking, setRevoking] = useState<Key | null>(null)
  const run = useDoing("api-keys")
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  const add = (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setMaking(true)}>
      {t("keys.make")}
    </Button>
  )
  return (
    <div className="stack">
      {list.data.keys.length === 0 ? (
        <div className="card">
          <Empty icon={KeyRound} title={t("keys.none")}>
            <p className="dim">{t("keys.none.text")}</p>
            {add}
          </Empty>
        </div>
      ) : (
        <>
          <div className="row">
            <span className="grow" />
            {add}
          </div>
          <div className="card">
            <Table
              columns={[
                t("people.name"),
                t("keys.id"),
                t("keys.scopes"),
                t("keys.made"),
                { name: t("top.more"), unseen: true },
              ]}
            >
              {list.data.keys.map(key => (
                <tr key={key.id}>
                  <td>{key.name}</td>
                  <td>
                    <Copy text={key.id} what={t("keys.id")} />
                  </td>
                  <td>
                    <span className="pairs">
                      {key.scopes.map(scope => (
                        <code key={scope} className="chip">
                          {scope}
                        </code>
                      ))}
                    </span>
                  </td>
                  <td>
                    <Ago at={key.created_at} />
                    {key.created_by && <div className="dim small">{key.created_by}</div>}
                  </td>
                  <td className="number">
                    {key.revoked_at ? (
                      <span className="chip">
                        {t("keys.is_revoked")} <Ago at={key.revoked_at} />
                      </span>
                    ) : (
                      <Button
                        size="xs"
                        variant="default"
                        color="red"
                        aria-label={`${t("keys.revoke")} ${key.name}`}
                        onClick={() => setRevoking(key)}
                      >
                        {t("keys.revoke")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          </div>
        </>
      )}
      {making && (
        <Make
          scopes={list.data.scopes}
          close={() => setMaking(false)}
          done={async key => {
            setMaking(false)
            setMade(key)
            await client.invalidateQueries({ queryKey: ["api-keys"] })
          }}
        />
      )}
      {made && (
        <Modal opened onClose={() => setMade(null)} title={t("keys.made.title", { name: made.key.name })}>
          <div className="stack">
            <p>{t("keys.made.text")}</p>
            <Copy text={made.text} what={t("keys.what")} />
          </div>
        </Modal>
      )}
      {revoking && (
        <Sure
          title={t("keys.revoke.title", { name: revoking.name })}
          text={t("keys.revoke.text")}
          word={revoking.name}
          label={t("keys.revoke.do")}
          run={() =>
            run(async () => {
              await call("DELETE", `/api-keys/${encodeURIComponent(revoking.id)}`)
              notify(t("keys.revoked", { name: revoking.name }))
            })
          }
          close={() => setRevoking(null)}
        />
      )}
    </div>
  )
}

interface MakeProps {
  scopes: Record<string, string>
  close: () => void
  done: (made: Made) => Promise<void>
}

function Make({ scopes, close, done }: MakeProps) {
  const [name, setName] = useState("")
  const [chosen, setChosen] = useState<readonly string[]>([])
  const run = async () => {
    await done(await call<Made>("POST", "/api-keys", { body: { name: name.trim(), scopes: chosen } }))
  }
  return (
    <FormDialog title={t("keys.make")} label={t("keys.make.do")} ready={chosen.length > 0} run={run} close={close}>
      <TextInput
        data-autofocus
        label={t("people.name")}
        description={t("keys.name.help")}
        required
        withAsterisk={false}
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <fieldset className="blocks one">
        <legend>{t("keys.scopes")}</legend>
        {Object.entries(scopes).map(([scope, says]) => (
          <Checkbox
            key={scope}
            label={scope}
            description={says}
            checked={chosen.includes(scope)}
            onChange={event =>
              setChosen(event.currentTarget.checked ? [...chosen, scope] : chosen.filter(each => each !== scope))
            }
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}
