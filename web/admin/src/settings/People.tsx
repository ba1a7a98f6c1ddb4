/* Everybody who can sign in: invited, given another role, removed. */
import { Button, Menu, Modal, NativeSelect, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { EllipsisVertical, Plus } from "lucide-react"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { FormDialog } from "../../../ui/FormDialog.tsx"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useDoing } from "../console/doing.ts"
import { Copy, Sure } from "../console/parts.tsx"
import { Table } from "../console/Table.tsx"
import { useMe } from "../state.ts"

type Person = components["schemas"]["Person"]
type Invited = components["schemas"]["Invited"]
type Role = Person["role"]
const ROLES: readonly Role[] = ["admin", "author", "agent", "viewer"]

export function People() {
  const me = useMe()
  const client = useQueryClient()
  const list = useQuery({
    queryKey: ["people"],
    queryFn: () => call<components["schemas"]["PersonList"]>("GET", "/people"),
  })
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<Invited | null>(null)
  const [removing, setRemoving] = useState<Person | null>(null)
  const run = useDoing("people")
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  return (
    <div className="stack">
      <div className="row">
        <span className="grow" />
        <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setInviting(true)}>
          {t("people.invite")}
        </Button>
      </div>
      <div className="card">
        <Table
          columns={[
            t("people.name"),
            t("people.email"),
            t("people.role"),
            t("people.since"),
            { name: t("top.more"), unseen: true },
          ]}
        >
          {list.data.people.map(person => (
            <tr key={person.id}>
              <td>
                {person.name} {person.id === me.person.id && <span className="chip">{t("people.you")}</span>}{" "}
                {person.by.length === 0 && <span className="chip warn">{t("people.invited")}</span>}
              </td>
              <td>{person.email}</td>
              <td className="role">
                <NativeSelect
                  size="xs"
                  aria-label={t("people.role_of", { name: person.name })}
                  value={person.role}
                  data={ROLES.map(role => ({ value: role, label: t(`role.${role}`) }))}
                  onChange={event => {
                    const role = event.currentTarget.value
                    void run(async () => {
                      await call("PATCH", `/people/${person.id}`, { body: { role } })
                      notify(t("people.changed", { name: person.name }))
                    })
                  }}
                />
              </td>
              <td>
                <Ago at={person.created_at} />
              </td>
              <td className="number">
                <Menu position="bottom-end">
                  <Menu.Target>
                    <IconButton icon={EllipsisVertical} label={`${person.name}: ${t("top.more")}`} size={26} />
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item
                      onClick={() =>
                        void run(async () => setInvited(await call<Invited>("POST", `/people/${person.id}/invitation`)))
                      }
                    >
                      {t("people.link")}
                    </Menu.Item>
                    <Menu.Item color="red" onClick={() => setRemoving(person)}>
                      {t("people.remove")}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </td>
            </tr>
          ))}
        </Table>
      </div>
      {inviting && (
        <Invite
          close={() => setInviting(false)}
          done={async made => {
            setInviting(false)
            setInvited(made)
            await client.invalidateQueries({ queryKey: ["people"] })
          }}
        />
      )}
      {invited && (
        <Modal opened onClose={() => setInvited(null)} title={t("people.link.title", { name: invited.person.name })}>
          <div className="stack">
            <p>{t("people.link.text")}</p>
            <Copy text={invited.link} what={t("people.link.what")} />
          </div>
        </Modal>
      )}
      {removing && (
        <Sure
          title={t("people.remove.title", { name: removing.name })}
          text={t("people.remove.text")}
          word={removing.email}
          label={t("people.remove.do")}
          run={() =>
            run(async () => {
              await call("DELETE", `/people/${removing.id}`)
              notify(t("people.removed", { name: removing.name }))
            })
          }
          close={() => setRemoving(null)}
        />
      )}
    </div>
  )
}

function Invite({ close, done }: { close: () => void; done: (made: Invited) => Promise<void> }) {
  const [name, setName] = useState("")
  const [email, setEmail] = useState("")
  const [role, setRole] = useState<Role>("author")
  const run = async () => {
    await done(await call<Invited>("POST", "/people", { body: { name: name.trim(), email: email.trim(), role } }))
  }
  return (
    <FormDialog title={t("people.invite")} label={t("people.invite.do")} run={run} close={close}>
      <TextInput
        data-autofocus
        label={t("people.name")}
        required
        withAsterisk={false}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t("people.email")}
        type="email"
        required
        withAsterisk={false}
        value={email}
        onChange={event => setEmail(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("people.role")}
        description={t(`people.role.${role}`)}
        value={role}
        data={ROLES.map(each => ({ value: each, label: t(`role.${each}`) }))}
        onChange={event => setRole(event.currentTarget.value as Role)}
      />
    </FormDialog>
  )
}
