/* The tests of the bot: saved from tries, played on the draft, with what they say when they fail. */
import { Button, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleCheck, CircleX, Download, Trash2 } from "lucide-react"
import { useState } from "react"
import { BASE, call, Problem, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { useEditor } from "../editing/store.ts"
import { attempt } from "./attempt.ts"
import { ranQuery, Sum, testsPath, testsQuery } from "./ran.tsx"
import { keep, useTrial } from "./trial.ts"

export function Tests() {
  const bot = useEditor(editor => editor.bot)
  const client = useQueryClient()
  const revision = useEditor(editor => editor.revision)
  const tests = useQuery(testsQuery(bot))
  const { data: ran, refetch, isFetching } = useQuery({ ...ranQuery(bot, revision), enabled: false })
  const going = useTrial(state => state.uuid !== "")
  const [name, setName] = useState("")
  const changed = async () => {
    client.removeQueries({ queryKey: ["ran", bot] })
    await client.invalidateQueries({ queryKey: ["walks", bot] })
  }
  const save = async (replace = false) => {
    const wanted = name.trim()
    if (!wanted) return
    try {
      await keep(wanted, replace)
      notify(t("try.tests.saved", { name: wanted }))
      setName("")
      await changed()
    } catch (failure) {
      const taken = failure instanceof Problem && failure.code === "walk.exists"
      notify(sentence(failure), {
        bad: true,
        ...(taken ? { action: { label: t("try.tests.replace"), run: () => void save(true) } } : {}),
      })
    }
  }
  const drop = async (its: string) => {
    await attempt(call("DELETE", `${testsPath(bot)}/${encodeURIComponent(its)}`))
    await changed()
  }
  if (tests.isPending) return <Waiting />
  if (tests.isError) return <Failure failure={tests.error} retry={() => void tests.refetch()} />
  const walks = tests.data.walks
  return (
    <div className="stack">
      {going && (
        <form
          className="row end"
          onSubmit={event => {
            event.preventDefault()
            void save()
          }}
        >
          <TextInput
            className="grow"
            size="xs"
            label={t("try.tests.name")}
            value={name}
            maxLength={200}
            onChange={event => setName(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="light" disabled={!name.trim()}>
            {t("try.tests.save")}
          </Button>
        </form>
      )}
      {walks.length === 0 && <p className="dim">{t("try.tests.none")}</p>}
      {walks.length > 0 && (
        <div className="row">
          <Button size="compact-sm" loading={isFetching} onClick={() => void attempt(refetch({ throwOnError: true }))}>
            {t("try.tests.run")}
          </Button>
          <span className="grow" />
          <a className="link" href={`${BASE}/bots/${encodeURIComponent(bot)}/walks-file`} download>
            <Download size={14} aria-hidden /> {t("try.tests.export")}
          </a>
        </div>
      )}
      {ran && <Sum ran={ran} />}
      <ul className="plain-list stack tight">
        {walks.map(walk => {
          const outcome = ran?.walks.find(each => each.name === walk.name)
          return (
            <li key={walk.name} className="try-test">
              <div className="row">
                {outcome?.passed === true && <CircleCheck size={15} className="try-good" aria-hidden />}
                {outcome?.passed === false && <CircleX size={15} className="try-bad" aria-hidden />}
                <span className="grow">{walk.name}</span>
                {outcome && (
                  <span className={outcome.passed ? "chip tiny ok" : "chip tiny bad"}>
                    {outcome.passed ? t("try.tests.passed") : t("try.tests.failed")}
                  </span>
                )}
                <IconButton
                  icon={Trash2}
                  size={24}
                  label={t("try.tests.delete", { name: walk.name })}
                  onClick={() => void drop(walk.name)}
                />
              </div>
              {outcome?.problems.map(problem => (
                <p key={problem} className="try-bad">
                  {problem}
                </p>
              ))}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
