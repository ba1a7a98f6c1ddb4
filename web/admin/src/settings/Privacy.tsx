/* What is known about one customer: found by a piece of data that only they have, handed out, or erased. */
import { Button, TextInput } from "@mantine/core"
import { Eraser, SearchX } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { BASE, call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Empty } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { Sure } from "../console/parts.tsx"
import { StatusChip } from "../interactions/StatusChip.tsx"
import { may, useMe } from "../state.ts"

type Page = components["schemas"]["InteractionPage"]
type Line = components["schemas"]["InteractionLine"]
const AT_ONCE = 200

export function Privacy() {
  const me = useMe()
  const [name, setName] = useState("email")
  const [value, setValue] = useState("")
  const [found, setFound] = useState<readonly Line[] | null>(null)
  const [more, setMore] = useState(false)
  const [problem, setProblem] = useState("")
  const [erasing, setErasing] = useState(false)
  const search = async (event?: FormEvent) => {
    event?.preventDefault()
    setProblem("")
    try {
      const data = JSON.stringify({ [name.trim()]: value })
      const page = await call<Page>("GET", `/interactions?${new URLSearchParams({ data, size: String(AT_ONCE) })}`)
      setFound(page.interactions)
      setMore(page.after !== null)
    } catch (failure) {
      setProblem(sentence(failure))
    }
  }
  const left = (found ?? []).filter(line => !line.cleaned_at)
  const erase = async () => {
    const told = new Set<string>()
    try {
      for (const line of left) {
        const done = await call<components["schemas"]["EraseDone"]>("POST", `/interactions/${line.uuid}/erase`)
        for (const who of done.told) told.add(who)
      }
      const names = [...told].join(", ")
      notify(names ? t("interaction.erase.told", { names }) : t("privacy.erased", { count: left.length }))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    }
    await search()
  }
  return (
    <div className="stack">
      <p className="dim">{t("privacy.text")}</p>
      <div className="card">
        <form className="filters" onSubmit={search}>
          <TextInput
            label={t("interactions.data.name")}
            className="mono-field"
            required
            withAsterisk={false}
            maxLength={191}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t("interactions.data.value")}
            className="mono-field words"
            required
            withAsterisk={false}
            maxLength={510}
            value={value}
            onChange={event => setValue(event.currentTarget.value)}
          />
          <Button type="submit">{t("interactions.search.do")}</Button>
        </form>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {found?.length === 0 && (
          <Empty icon={SearchX} title={t("privacy.none")}>
            <p className="dim">{t("privacy.none.text")}</p>
          </Empty>
        )}
        {found !== null && found.length > 0 && (
          <>
            <div className="chips">
              <span className="grow">
                {t("privacy.found", { count: found.length })} {more && t("privacy.more")}
              </span>
              {left.length > 0 && (
                <Button
                  size="xs"
                  variant="default"
                  color="red"
                  leftSection={<Eraser size={14} aria-hidden />}
                  onClick={() => setErasing(true)}
                >
                  {t("privacy.erase", { count: left.length })}
                </Button>
              )}
            </div>
            <ul className="entry-list panel">
              {found.map(line => (
                <li key={line.uuid} className="row">
                  <Link href={`/interactions/${line.uuid}`}>{line.quick_ref}</Link>
                  <span>{line.bot}</span>
                  <Ago at={line.created_at} />
                  <StatusChip line={line} />
                  <span className="grow" />
                  {may(me, "interactions.export") && (
                    <a href={`${BASE}/interactions/${line.uuid}/everything`} download>
                      {t("interaction.download")}
                    </a>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {erasing && (
        <Sure
          title={t("privacy.erase", { count: left.length })}
          text={t("interaction.erase.text")}
          word={value}
          label={t("interaction.erase.do")}
          run={erase}
          close={() => setErasing(false)}
        />
      )}
    </div>
  )
}
