/* What every screen of the console is made of. */
import { Button, Modal, TextInput } from "@mantine/core"
import { Copy as CopyIcon } from "lucide-react"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { Link } from "wouter"
import { BASE } from "../../../ui/api.ts"
import { notify } from "../../../ui/notices.tsx"
import { IconButton } from "../../../ui/parts.tsx"
import { learn, t } from "../../../ui/t.ts"
import { console as words } from "../../../ui/words/console.ts"
import "./console.css"
import "./lists.css"

learn(words)

/** A page with its title, and what can be done on it. */
export function Screen({ title, actions, children }: { title: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <main className="page" id="page" tabIndex={-1}>
      <div className="wide">
        <div className="page-head">
          <h1 className="grow">{title}</h1>
          {actions}
        </div>
        {children}
      </div>
    </main>
  )
}

/** An id or an address, and a button that copies it. */
export function Copy({ text, what, short, to }: { text: string; what: string; short?: string; to?: string }) {
  const shown = <code title={text}>{short ?? text}</code>
  return (
    <span className="copy">
      {to ? <Link href={to}>{shown}</Link> : shown}
      <IconButton
        icon={CopyIcon}
        label={t("copy.do", { what })}
        size={22}
        onClick={() => {
          navigator.clipboard?.writeText(text).then(
            () => notify(t("copy.done")),
            () => {},
          )
        }}
      />
    </span>
  )
}

/** Hear that something moved on, for as long as the page is looked at. What is heard are hints: read again. */
export function useMoves(path: string | null, heard: (uuids: readonly string[]) => void): boolean {
  const [live, setLive] = useState(false)
  const told = useRef(heard)
  told.current = heard
  useEffect(() => {
    if (path === null) return
    let source: EventSource | null = null
    const open = () => {
      if (source || document.visibilityState === "hidden") return
      const since = path.includes("?") ? "" : `?since=${Date.now()}`
      source = new EventSource(BASE + path + (path.endsWith("/interactions/moves") ? since : ""))
      source.onopen = () => setLive(true)
      source.onerror = () => setLive(false)
      source.addEventListener("moved", event => told.current(JSON.parse((event as MessageEvent).data)))
    }
    const close = () => {
      source?.close()
      source = null
      setLive(false)
    }
    const seen = () => {
      if (document.visibilityState === "hidden") close()
      else {
        open()
        told.current([])
      }
    }
    open()
    document.addEventListener("visibilitychange", seen)
    return () => {
      document.removeEventListener("visibilitychange", seen)
      close()
    }
  }, [path])
  return live
}

interface SureProps {
  title: string
  text: ReactNode
  /** What has to be typed; nothing for what is less grave. */
  word?: string
  label: string
  run: () => Promise<void>
  close: () => void
}

/** Ask before what cannot be undone. */
export function Sure({ title, text, word, label, run, close }: SureProps) {
  const [typed, setTyped] = useState("")
  const [busy, setBusy] = useState(false)
  const ready = word === undefined || typed.trim() === word
  return (
    <Modal opened onClose={close} title={title}>
      <form
        className="stack"
        onSubmit={async event => {
          event.preventDefault()
          if (!ready) return
          setBusy(true)
          await run()
          setBusy(false)
          close()
        }}
      >
        <p>{text}</p>
        {word !== undefined && (
          <TextInput
            data-autofocus
            label={t("confirm.type", { word })}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={event => setTyped(event.currentTarget.value)}
          />
        )}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={close}>
            {t("confirm.no")}
          </Button>
          <Button type="submit" color="red" disabled={!ready} loading={busy}>
            {label}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Names and what they are, one a line. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
