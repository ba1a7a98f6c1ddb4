/* The systems that get finished interactions, and how they do. */
import { Button, Menu } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { EllipsisVertical, Plus, Send } from "lucide-react"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty, Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Sure } from "../console/parts.tsx"
import { may, useMe } from "../state.ts"
import { TargetForm } from "./TargetForm.tsx"
import { pathOf, type Target, targetsQuery } from "./targets.ts"

const AGAIN_MS = 5_000

export function Targets() {
  const me = useMe()
  const list = useQuery({ ...targetsQuery(), refetchInterval: AGAIN_MS })
  const [form, setForm] = useState<Target | "new" | null>(null)
  const manage = may(me, "deliveries.manage")
  const add = manage && (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setForm("new")}>
      {t("targets.add")}
    </Button>
  )
  if (list.isPending) return <Waiting />
  if (list.isError) return <Failure failure={list.error} retry={() => void list.refetch()} />
  return (
    <div className="stack">
      {list.data.targets.length === 0 ? (
        <div className="card">
          <Empty icon={Send} title={t("targets.none")}>
            <p className="dim">{t("targets.none.text")}</p>
            {add}
          </Empty>
        </div>
      ) : (
        <>
          <div className="row">
            <span className="grow" />
            {add}
          </div>
          <ul className="cards">
            {list.data.targets.map(target => (
              <One key={`${target.bot}/${target.name}`} target={target} manage={manage} edit={() => setForm(target)} />
            ))}
          </ul>
        </>
      )}
      {form && (
        <TargetForm target={form === "new" ? null : form} blocks={list.data.blocks} close={() => setForm(null)} />
      )}
    </div>
  )
}

function One({ target, manage, edit }: { target: Target; manage: boolean; edit: () => void }) {
  const client = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const { name } = target
  const run = async (does: () => Promise<string>) => {
    try {
      notify(await does())
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
    await client.invalidateQueries({ queryKey: ["targets"] })
    await client.invalidateQueries({ queryKey: ["deliveries"] })
  }
  const test = async () => {
    const came = await call<components["schemas"]["TargetTested"]>("POST", `${pathOf(target)}/test`)
    if (!came.ok) throw new Error(`${came.reason}: ${came.detail} ${came.sentence}`)
    return `${came.sentence} ${t("call.took", { ms: came.took_ms })}`
  }
  const turn = async (on: boolean) => {
    await call("POST", `${pathOf(target)}/${on ? "enable" : "disable"}`)
    return t(on ? "targets.enabled" : "targets.disabled", { name })
  }
  const replay = async () => {
    const came = await call<{ count: number }>("POST", `${pathOf(target)}/replay`, { body: {} })
    return t("targets.replayed", { count: came.count })
  }
  const remove = async () => {
    await call("DELETE", `${pathOf(target)}?discard=yes`)
    return t("targets.removed", { name })
  }
  return (
    <li className="card">
      <div className="row">
        <h2>{name}</h2>
        <span className="dim">{target.bot}</span>
        <State target={target} />
        <span className="grow" />
        {target.owed > 0 && <span className="chip warn">{t("targets.owed", { count: target.owed })}</span>}
        {target.dead > 0 && <span className="chip bad">{t("targets.dead", { count: target.dead })}</span>}
        {manage && (
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton icon={EllipsisVertical} label={`${name}: ${t("top.more")}`} />
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void run(test)}>{t("targets.test")}</Menu.Item>
              <Menu.Item onClick={edit}>{t("targets.edit")}</Menu.Item>
              {target.state === "active" ? (
                <Menu.Item onClick={() => void run(() => turn(false))}>{t("targets.disable")}</Menu.Item>
              ) : (
                <Menu.Item onClick={() => void run(() => turn(true))}>{t("targets.enable")}</Menu.Item>
              )}
              {target.dead > 0 && (
                <Menu.Item onClick={() => void run(replay)}>{t("targets.replay", { count: target.dead })}</Menu.Item>
              )}
              <Menu.Divider />
              <Menu.Item color="red" onClick={() => setRemoving(true)}>
                {t("targets.remove")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <div className="mono small wrap">{target.url}</div>
      <div className="dim small">
        {t(target.condition === "all" ? "targets.all" : "targets.handled")} ·{" "}
        {target.signing.length ? t("endpoints.signed") : t("endpoints.not_signed")}
        {target.failing_since && (
          <>
            {" · "}
            {t("targets.failing")} <Ago at={target.failing_since} />
          </>
        )}
        {target.paused_until && (
          <>
            {" · "}
            {t("targets.paused")}, {t("delivery.next")} <Ago at={target.paused_until} />
          </>
        )}
      </div>
      {removing && (
        <Sure
          title={t("targets.remove.title", { name })}
          text={t("targets.remove.text", { count: target.owed })}
          word={name}
          label={t("targets.remove.do")}
          run={() => run(remove)}
          close={() => setRemoving(false)}
        />
      )}
    </li>
  )
}

function State({ target }: { target: Target }) {
  if (target.state === "active")
    return <span className={target.failing_since ? "chip warn" : "chip ok"}>{t("targets.active")}</span>
  const why = target.why === "gone" || target.why === "failing" ? target.why : "owner"
  return <span className={why === "owner" ? "chip" : "chip bad"}>{t(`targets.disabled.${why}`)}</span>
}
