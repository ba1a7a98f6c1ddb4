/* A target, as its owner writes it. It is saved when it accepts a test. */
import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import type { components } from "../../../protocol/api.d.ts"
import { call } from "../../../ui/api.ts"
import { FormDialog } from "../../../ui/FormDialog.tsx"
import { notify } from "../../../ui/notices.tsx"
import { t } from "../../../ui/t.ts"
import { pathOf, type Target } from "./targets.ts"

interface Props {
  target: Target | null
  blocks: readonly string[]
  close: () => void
}

export function TargetForm({ target, blocks, close }: Props) {
  const client = useQueryClient()
  const bots = useQuery({
    queryKey: ["bots"],
    queryFn: () => call<components["schemas"]["BotList"]>("GET", "/bots"),
  })
  const live = (bots.data?.bots ?? []).filter(bot => bot.version)
  const [bot, setBot] = useState(target?.bot ?? "")
  const [name, setName] = useState(target?.name ?? "")
  const [url, setUrl] = useState(target?.url ?? "https://")
  const [headers, setHeaders] = useState(
    (target?.headers ?? []).map(header => `${header.name}: ${header.value}`).join("\n"),
  )
  const [signing, setSigning] = useState((target?.signing ?? []).join(", "))
  const [condition, setCondition] = useState<"handled" | "all">(target?.condition ?? "handled")
  const [chosen, setChosen] = useState<readonly string[]>(target?.blocks ?? blocks)
  const save = async () => {
    const its = { bot: bot || live[0]?.bot || "", name: name.trim() }
    const saved = await call<components["schemas"]["SavedTarget"]>("PUT", pathOf(its), {
      body: {
        url: url.trim(),
        headers: headers
          .split("\n")
          .filter(line => line.trim())
          .map(line => {
            const at = line.indexOf(":")
            return { name: line.slice(0, Math.max(at, 0)).trim(), value: line.slice(at + 1).trim() }
          }),
        signing: signing.split(",").flatMap(each => each.trim() || []),
        condition,
        blocks: chosen,
      },
    })
    notify(t("targets.form.saved", { name: its.name }))
    if (saved.written_out.length)
      notify(t("targets.form.written_out", { names: saved.written_out.join(", ") }), { bad: true })
    await client.invalidateQueries({ queryKey: ["targets"] })
    close()
  }
  return (
    <FormDialog title={t("targets.form.title")} label={t("targets.form.save")} size={560} run={save} close={close}>
      <NativeSelect
        label={t("targets.form.bot")}
        value={bot || live[0]?.bot || ""}
        disabled={target !== null}
        data={target ? [target.bot] : live.map(each => ({ value: each.bot, label: each.name || each.bot }))}
        onChange={event => setBot(event.currentTarget.value)}
      />
      <TextInput
        label={t("targets.form.name")}
        description={t("targets.form.name.help")}
        required
        withAsterisk={false}
        disabled={target !== null}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t("targets.form.url")}
        className="mono-field"
        required
        withAsterisk={false}
        value={url}
        onChange={event => setUrl(event.currentTarget.value)}
      />
      <Textarea
        label={t("targets.form.headers")}
        description={t("targets.form.headers.help")}
        className="mono-field"
        rows={2}
        spellCheck={false}
        value={headers}
        onChange={event => setHeaders(event.currentTarget.value)}
      />
      <TextInput
        label={t("targets.form.signing")}
        description={t("targets.form.signing.help")}
        className="mono-field"
        value={signing}
        onChange={event => setSigning(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("targets.form.condition")}
        value={condition}
        data={[
          { value: "handled", label: t("targets.handled") },
          { value: "all", label: t("targets.all") },
        ]}
        onChange={event => setCondition(event.currentTarget.value === "all" ? "all" : "handled")}
      />
      <fieldset className="blocks">
        <legend>{t("targets.form.blocks")}</legend>
        {blocks.map(block => (
          <Checkbox
            key={block}
            label={block}
            checked={chosen.includes(block)}
            onChange={event =>
              setChosen(event.currentTarget.checked ? [...chosen, block] : chosen.filter(each => each !== block))
            }
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}
