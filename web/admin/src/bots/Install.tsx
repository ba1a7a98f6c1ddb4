/* How a bot comes onto a site: the tag, what the site's policy must allow, how it looks, and where it was seen. */
import { Button, NativeSelect, Switch, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Copy as CopyIcon, ExternalLink } from "lucide-react"
import { useState } from "react"
import { Link } from "wouter"
import type { components } from "../../../protocol/api.d.ts"
import { call, sentence } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { Ago, Failure, IconButton, Waiting } from "../../../ui/parts.tsx"
import { t } from "../../../ui/t.ts"
import { colour, contrast, type Rgb, shades } from "../../../widget/src/theme.ts"
import { Screen } from "../console/parts.tsx"
import { may, useMe } from "../state.ts"
import "./install.css"

type Installation = components["schemas"]["Installation"]
type Mode = "auto" | "light" | "dark"
const READABLE = 4.5
const AGAIN_MS = 5_000

export default function Install({ bot }: { bot: string }) {
  const [inline, setInline] = useState(false)
  const [nonce, setNonce] = useState(false)
  const asked = new URLSearchParams({ inline: inline ? "yes" : "no", nonce: nonce ? "yes" : "no" })
  const found = useQuery({
    queryKey: ["install", bot, asked.toString()],
    queryFn: () => call<Installation>("GET", `/bots/${encodeURIComponent(bot)}/install?${asked}`),
    refetchInterval: AGAIN_MS,
    placeholderData: before => before,
  })
  const title = (
    <>
      <Link href={`/bots/${encodeURIComponent(bot)}`} className="crumb">
        {t("bots.title")}
      </Link>{" "}
      {t("install.title", { bot })}
    </>
  )
  if (!found.data)
    return (
      <Screen title={title}>
        <div className="card">
          {found.isPending ? <Waiting /> : <Failure failure={found.error} retry={() => void found.refetch()} />}
        </div>
      </Screen>
    )
  const { snippet, seen, origins, page } = found.data
  return (
    <Screen title={title}>
      <div className="told">
        <div className="stack">
          <section className="card panel stack tight">
            <h2>{t("install.snippet")}</h2>
            <div className="row">
              <NativeSelect
                aria-label={t("install.look")}
                value={inline ? "inline" : "floating"}
                data={[
                  { value: "floating", label: t("install.floating") },
                  { value: "inline", label: t("install.inline") },
                ]}
                onChange={event => setInline(event.currentTarget.value === "inline")}
              />
              <Switch
                label={t("install.nonce")}
                checked={nonce}
                onChange={event => setNonce(event.currentTarget.checked)}
              />
            </div>
            <Code text={snippet.html} what={t("install.copy")} />
          </section>
          <section className="card panel stack tight">
            <h2>{t("install.policy")}</h2>
            <p className="dim">{t("install.policy.text")}</p>
            {Object.entries(snippet.policies).map(([name, line]) => (
              <div key={name}>
                <h3>{name}</h3>
                <Code text={line} what={t("install.copy.line")} />
              </div>
            ))}
          </section>
          <section className="card panel stack tight">
            <h2>{t("install.data")}</h2>
            <Code text={snippet.data} what={t("install.copy.line")} />
            <h2>{t("install.signed")}</h2>
            <Code text={snippet.signed_data} what={t("install.copy.line")} />
          </section>
          <section className="card panel stack tight">
            <h2>{t("install.check")}</h2>
            <ul className="plain-list">
              {snippet.check.map(line => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        </div>
        <aside>
          <section className="card panel stack tight">
            <h2>{t("install.seen")}</h2>
            {seen.length === 0 ? (
              <p className="dim">{t("install.seen.none")}</p>
            ) : (
              <ul className="entry-list">
                {seen.map(one => (
                  <li key={one.origin} className="row">
                    <span className="grow wrap">{one.origin.replace(/^https?:\/\//, "")}</span>
                    <span className="dim small">
                      <Ago at={one.at} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <p className="small dim">
              {origins.length ? t("install.only", { sites: origins.join(", ") }) : t("install.anywhere")}
            </p>
            <a href={page} target="_blank" rel="noreferrer" className="row">
              <ExternalLink size={14} aria-hidden /> {t("install.page")}
            </a>
          </section>
          <Look bot={bot} accent={found.data.accent} theme={found.data.theme} />
        </aside>
      </div>
    </Screen>
  )
}

function Code({ text, what }: { text: string; what: string }) {
  return (
    <div className="code-box">
      <pre>{text}</pre>
      <IconButton
        icon={CopyIcon}
        label={t("copy.do", { what })}
        size={26}
        onClick={() =>
          navigator.clipboard?.writeText(text).then(
            () => notify(t("copy.done")),
            () => {},
          )
        }
      />
    </div>
  )
}

/** The colours: tried here, kept in the draft, and drawn as the chat itself would draw them. */
function Look({ bot, accent: published, theme: was }: { bot: string; accent: string; theme: string }) {
  const me = useMe()
  const [accent, setAccent] = useState(published || "#0b6e85")
  const [theme, setTheme] = useState<Mode>(was === "light" || was === "dark" ? was : "auto")
  const [busy, setBusy] = useState(false)
  const ok = /^#[0-9a-f]{6}$/i.test(accent)
  const save = async () => {
    setBusy(true)
    try {
      const path = `/bots/${encodeURIComponent(bot)}/draft`
      const draft = await call<{ revision: number; document: Record<string, unknown> }>("GET", path)
      const widget = { ...(draft.document.widget as object | undefined), accent: accent.toLowerCase(), theme }
      await call("PUT", path, {
        body: { document: { ...draft.document, widget } },
        headers: { "If-Match": `"${draft.revision}"` },
      })
      notify(t("install.theme.saved"))
    } catch (failure) {
      notify(sentence(failure), { bad: true })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="card panel stack tight">
      <h2>{t("install.theme")}</h2>
      <div className="row">
        <input
          type="color"
          aria-label={t("install.accent")}
          className="swatch"
          value={ok ? accent : "#0b6e85"}
          onChange={event => setAccent(event.currentTarget.value)}
        />
        <TextInput
          className="mono-field grow"
          aria-label={`${t("install.accent")} #`}
          value={accent}
          maxLength={7}
          spellCheck={false}
          error={ok ? undefined : t("install.accent.bad")}
          onChange={event => setAccent(event.currentTarget.value.trim())}
        />
      </div>
      <NativeSelect
        label={t("install.theme.mode")}
        value={theme}
        data={(["auto", "light", "dark"] as const).map(each => ({ value: each, label: t(`install.theme.${each}`) }))}
        onChange={event => setTheme(event.currentTarget.value as Mode)}
      />
      {ok &&
        (theme === "auto" ? [false, true] : [theme === "dark"]).map(dark => (
          <Preview key={String(dark)} accent={accent} dark={dark} />
        ))}
      {may(me, "bots.edit") && (
        <Button disabled={!ok} loading={busy} onClick={() => void save()}>
          {t("install.theme.save")}
        </Button>
      )}
    </section>
  )
}

const GROUNDS = { light: "#f1f3f6", dark: "#262b35" } as const

function Preview({ accent, dark }: { accent: string; dark: boolean }) {
  const drawn = shades(accent, dark)
  const ground = GROUNDS[dark ? "dark" : "light"]
  const alone = ratio(accent, ground)
  const text = drawn["--ink"] ?? accent
  const shown = ratio(text, ground)
  return (
    <figure className="look-preview">
      <figcaption className="unseen">
        {t("install.preview", { mode: t(dark ? "install.theme.dark" : "install.theme.light") })}
      </figcaption>
      <div
        className={dark ? "chat dark" : "chat"}
        ref={element => {
          if (element) for (const [name, value] of Object.entries(drawn)) element.style.setProperty(name, value)
        }}
      >
        <span className="from-bot">{t("install.preview.bot")}</span>
        <span className="from-visitor">{t("install.preview.visitor")}</span>
        <span className="option">{t("install.preview.choice")}</span>
      </div>
      <p className={alone < READABLE ? "small warn-text" : "small dim"}>
        {alone < READABLE
          ? t("install.contrast.shifted", { ratio: alone.toFixed(1), shown: shown.toFixed(1) })
          : t("install.contrast.ok", { ratio: shown.toFixed(1) })}
      </p>
    </figure>
  )
}

function ratio(one: string, other: string): number {
  const [a, b] = [read(one), read(other)]
  return a && b ? contrast(a, b) : 1
}

function read(text: string): Rgb | null {
  const parts = /^rgb\((\d+) (\d+) (\d+)\)$/.exec(text)
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : colour(text)
}
