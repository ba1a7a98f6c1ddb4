/* The exit of a node: which kind, and the form of each. */
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core"
import { ChevronDown, ChevronRight, Plus } from "lucide-react"
import { memo, type ReactNode, useState } from "react"
import {
  type Capture,
  type Case,
  type Choice,
  captureOf,
  choicesOf,
  exitOf,
  isMapping,
  issuesAt,
  lines,
  list,
  nodeOf,
  type Path,
  pointer,
  setExit,
  setExitKey,
  text,
} from "../../../document/index.ts"
import { t, word } from "../../../ui/t.ts"
import { EXITS, kindOf } from "../actions/kinds.ts"
import { conditionName } from "../actions/ways.ts"
import { useEditor, useEditorStore } from "../editing/store.ts"
import { ConditionForm } from "../forms/ConditionForm.tsx"
import { NodeField } from "../forms/choose.tsx"
import { AddButton, Group, moved, Order } from "../forms/field.tsx"
import { ListField } from "../forms/lists.tsx"
import { DurationField } from "../forms/number.tsx"
import { SchemaForm } from "../forms/SchemaForm.tsx"
import { tagged, useSchema } from "../forms/schema.ts"

export const CAPTURES = [
  "text",
  "one_of",
  "several_of",
  "yes_no",
  "email",
  "phone",
  "number",
  "date",
  "rating",
  "file",
  "pattern",
] as const

/** Edits of the exit of one node. */
function useExit(name: string) {
  const store = useEditorStore()
  const node = useEditor(editor => nodeOf(editor.history.bot, name))
  const issues = useEditor(editor => editor.issues)
  const readOnly = useEditor(editor => editor.readOnly)
  const path = ["nodes", name, "exit"] as const
  return {
    node,
    exit: exitOf(node) as Record<string, unknown>,
    readOnly,
    path,
    set: (key: Path, value: unknown) =>
      store.getState().make(setExitKey(store.getState().history.bot, name, key, value)),
    at: (...key: Path) => pointer([...path, ...key]),
    error: (...key: Path) => issuesAt(issues, [...path, ...key]).find(issue => issue.severity === "error")?.message,
  }
}

export const ExitForm = memo(function ExitForm({ name }: { name: string }) {
  const store = useEditorStore()
  const { exit, readOnly } = useExit(name)
  const chosen = useEditor(editor => editor.selection.row === "exit")
  const kind = text(exit.do)
  const { icon: Icon, family } = kindOf(kind)
  const change = (next: string) => {
    if (next === kind || !EXITS[next]) return
    const bot = store.getState().history.bot
    store.getState().make(setExit(bot, name, EXITS[next].blank(bot)), { select: { nodes: [name], row: "exit" } })
  }
  return (
    <section className={chosen ? "exit-form open stack" : "exit-form stack"} aria-label={t("inspector.exit")}>
      <div className="row">
        <span className={`tile ${family}`}>
          <Icon size={13} aria-hidden />
        </span>
        <h2 className="grow">{t("inspector.exit")}</h2>
      </div>
      <SegmentedControl
        fullWidth
        aria-label={t("inspector.exit")}
        data-pointer={pointer(["nodes", name, "exit", "do"])}
        data={Object.keys(EXITS).map(each => ({ value: each, label: t(`exit.${each}` as never) }))}
        value={EXITS[kind] ? kind : ""}
        disabled={readOnly}
        onChange={change}
      />
      {kind === "go_to" && <GoToForm name={name} />}
      {kind === "wait_for_reply" && <WaitForm name={name} />}
      {kind === "route" && <RouteForm name={name} />}
      {kind === "end" && <p className="dim">{t("exit.end.help")}</p>}
    </section>
  )
})

function GoToForm({ name }: { name: string }) {
  const { exit, set, at, error, readOnly } = useExit(name)
  return (
    <NodeField
      label={t("exit.go_to.node")}
      value={exit.node}
      required
      change={value => set(["node"], value ?? "")}
      pointer={at("node")}
      error={error("node")}
      disabled={readOnly}
    />
  )
}

function WaitForm({ name }: { name: string }) {
  const { node, exit, set, at, error, readOnly, path } = useExit(name)
  const capture = captureOf(node)
  const schema = useSchema()
  const kind = text(capture?.kind)
  const part = schema && kind ? tagged(schema, "kind", kind)?.[0] : undefined
  const choose = (next: string | null) => {
    if (!next || next === "none") {
      set(["capture"], undefined)
      return
    }
    const kept: Capture = {
      kind: next,
      name: text(capture?.name) || "answer",
      ...(capture?.label ? { label: capture.label } : {}),
    }
    if (next === "one_of" || next === "several_of") {
      const choices = choicesOf(capture)
      kept.choices = choices.length ? choices : [{ label: t("blank.choice_one") }, { label: t("blank.choice_two") }]
    }
    if (next === "pattern") kept.pattern = "\\d{5}"
    set(["capture"], kept)
  }
  const noReply = isMapping(exit.no_reply) ? exit.no_reply : undefined
  const hasChoices = kind === "one_of" || kind === "several_of"
  return (
    <>
      <Select
        label={t("wait.kind")}
        data-pointer={at("capture", "kind")}
        description={t("wait.kind.help")}
        data={[
          { value: "none", label: t("capture.none") },
          ...CAPTURES.map(each => ({ value: each, label: t(`capture.${each}`) })),
        ]}
        value={kind || "none"}
        allowDeselect={false}
        disabled={readOnly}
        onChange={choose}
      />
      {part && (
        <SchemaForm
          part={part}
          path={[...path, "capture"]}
          only={["name", "pattern"]}
          change={(key, value) => set(["capture", key], value ?? "")}
        />
      )}
      {hasChoices && <ChoicesForm name={name} withTargets={kind === "one_of"} />}
      <NodeField
        label={hasChoices ? t("wait.go_to.choices") : t("wait.go_to")}
        value={exit.go_to}
        required
        change={value => set(["go_to"], value ?? "")}
        pointer={at("go_to")}
        error={error("go_to")}
        disabled={readOnly}
      />
      {capture && (
        <More label={t("wait.unfit")} open={error("failed") !== undefined || error("retry") !== undefined}>
          {part && (
            <SchemaForm
              part={part}
              path={[...path, "capture"]}
              skip={["name", "choices", "pattern"]}
              change={(key, value) => set(["capture", key], value)}
            />
          )}
          <SchemaForm
            part="WaitForReply"
            path={path}
            only={["retry", "tries"]}
            change={(key, value) => set([key], value)}
          />
          <NodeField
            label={t("wait.failed")}
            help={t("wait.failed.help")}
            value={exit.failed}
            change={value => set(["failed"], value)}
            pointer={at("failed")}
            error={error("failed")}
            disabled={readOnly}
          />
        </More>
      )}
      <More label={t("wait.silent")} open={false}>
        <DurationField
          label={t("wait.after")}
          help={t("wait.after.help")}
          value={noReply?.after}
          disabled={readOnly}
          pointer={at("no_reply", "after")}
          error={error("no_reply")}
          change={value => set(["no_reply"], value ? { after: value, go_to: text(noReply?.go_to) } : undefined)}
        />
        {noReply && (
          <NodeField
            label={t("wait.after.go_to")}
            value={noReply.go_to}
            required
            change={value => set(["no_reply", "go_to"], value ?? "")}
            pointer={at("no_reply", "go_to")}
            disabled={readOnly}
          />
        )}
      </More>
    </>
  )
}

function More({ label, open, children }: { label: string; open: boolean; children: ReactNode }) {
  const [shown, setShown] = useState(false)
  const isOpen = shown || open
  return (
    <div className="more">
      <button type="button" className="plain more-button" aria-expanded={isOpen} onClick={() => setShown(!shown)}>
        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />} {label}
      </button>
      {isOpen && <div className="stack more-body">{children}</div>}
    </div>
  )
}

/** Which choice or case is open; new ones open by themselves. */
function ChoicesForm({ name, withTargets }: { name: string; withTargets: boolean }) {
  const { node, set, at, error, readOnly } = useExit(name)
  const choices = choicesOf(captureOf(node))
  const put = (next: Choice[]) => set(["capture", "choices"], next)
  return (
    <Group
      label={t("choices.name")}
      help={t("choices.help")}
      error={error("capture", "choices")}
      pointer={at("capture", "choices")}
    >
      {choices.map((choice, index) => (
        <div key={index} className="sub-card stack tight" data-pointer={at("capture", "choices", index)}>
          <div className="row">
            <TextInput
              className="grow"
              aria-label={t("choices.label", { number: index + 1 })}
              placeholder={t("choices.label", { number: index + 1 })}
              data-pointer={at("capture", "choices", index, "label")}
              value={text(choice.label)}
              maxLength={100}
              disabled={readOnly}
              onChange={event => set(["capture", "choices", index, "label"], event.currentTarget.value)}
              onPaste={event => {
                const found = lines(event.clipboardData.getData("text/plain"), 100 - choices.length)
                if (found.length < 2) return
                event.preventDefault()
                // what is marked whole is replaced, as by any paste
                const { value, selectionStart, selectionEnd } = event.currentTarget
                const whole = selectionEnd! - selectionStart! === value.length
                const [first, ...rest] = found.map(label => ({ label }))
                put([
                  ...choices.slice(0, whole ? index : index + 1),
                  ...(whole ? [{ ...choice, ...first! }] : [first!]),
                  ...rest,
                  ...choices.slice(index + 1),
                ])
              }}
            />
            <Order
              index={index}
              count={choices.length}
              move={to => put(moved(choices, index, to))}
              remove={() => put(choices.toSpliced(index, 1))}
              disabled={readOnly}
            />
          </div>
          {withTargets && (
            <NodeField
              label={t("choices.go_to", { choice: text(choice.label) || String(index + 1) })}
              value={choice.go_to}
              open={t("way.as_below")}
              change={value => set(["capture", "choices", index, "go_to"], value)}
              pointer={at("capture", "choices", index, "go_to")}
              disabled={readOnly}
            />
          )}
          <More label={t("choices.more")} open={false}>
            <TextInput
              label={t("choices.value")}
              description={t("choices.value.help")}
              data-pointer={at("capture", "choices", index, "value")}
              value={text(choice.value)}
              disabled={readOnly}
              onChange={event => set(["capture", "choices", index, "value"], event.currentTarget.value || undefined)}
            />
            <ListField
              label={t("choices.also")}
              help={t("choices.also.help")}
              value={choice.also}
              pointer={at("capture", "choices", index, "also")}
              change={value => set(["capture", "choices", index, "also"], value)}
              disabled={readOnly}
            />
          </More>
        </div>
      ))}
      <AddButton
        label={t("choices.add")}
        disabled={readOnly}
        onClick={() => put([...choices, { label: t("blank.choice", { number: choices.length + 1 }) }])}
      />
    </Group>
  )
}

function RouteForm({ name }: { name: string }) {
  const { exit, set, at, error, readOnly } = useExit(name)
  const cases = list<Case>(exit.cases)
  const put = (next: Case[]) => set(["cases"], next)
  return (
    <>
      <Group
        label={t("route.cases")}
        help={t("route.help")}
        error={cases.length ? undefined : error("cases")}
        pointer={at("cases")}
      >
        {cases.map((each, index) => (
          <fieldset key={index} className="sub-card stack tight" aria-label={t("route.case", { number: index + 1 })}>
            <div className="row">
              <strong className="grow clip">{conditionName(each?.when)}</strong>
              <Order
                index={index}
                count={cases.length}
                move={to => put(moved(cases, index, to))}
                remove={() => put(cases.toSpliced(index, 1))}
                disabled={readOnly}
              />
            </div>
            <ConditionForm
              value={each?.when}
              name={t("route.case", { number: index + 1 })}
              pointer={at("cases", index, "when")}
              change={when => set(["cases", index, "when"], when)}
            />
            {error("cases", index, "when") && <p className="field-error">{error("cases", index, "when")}</p>}
            <NodeField
              label={t("route.go_to", { number: index + 1 })}
              value={each?.go_to}
              required
              change={value => set(["cases", index, "go_to"], value ?? "")}
              pointer={at("cases", index, "go_to")}
              error={error("cases", index, "go_to")}
              disabled={readOnly}
            />
          </fieldset>
        ))}
        {!readOnly && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() =>
              put([
                ...cases,
                {
                  when: { operand: text(cases.at(-1)?.when?.operand) || "reply", operator: "is", argument: "" },
                  go_to: "",
                },
              ])
            }
          >
            {t("route.add")}
          </Button>
        )}
      </Group>
      <NodeField
        label={t("route.otherwise")}
        help={t("route.otherwise.help")}
        value={exit.otherwise}
        required
        change={value => set(["otherwise"], value ?? "")}
        pointer={at("otherwise")}
        error={error("otherwise")}
        disabled={readOnly}
      />
    </>
  )
}

export { word }
