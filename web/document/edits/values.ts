/* Settings of the bot, endpoints, notes: what stands outside of the nodes. */
import type { Edit } from "../edit.ts"
import { put } from "../edit.ts"
import type { Bot, Endpoint, Note, Path, Point } from "../model.ts"
import { actionsOf, endpointsOf, isMapping, nodesOf, notesOf } from "../read.ts"
import { free as freeName } from "./names.ts"

export function setValue(_bot: Bot, path: Path, value: unknown): Edit {
  return {
    says: ["change_settings", { setting: String(path[0]) }],
    touches: [],
    mark: path.join("."),
    change(draft) {
      put(draft, path, value)
    },
  }
}

export function addEndpoint(bot: Bot, wanted: string, endpoint: Endpoint): Edit & { name: string } {
  const name = freeName(wanted || "endpoint", taken => Object.hasOwn(endpointsOf(bot), taken))
  return {
    name,
    says: ["add_endpoint", { endpoint: name }],
    touches: [],
    change(draft) {
      put(draft, ["endpoints", name], structuredClone(endpoint))
    },
  }
}

export function setEndpoint(_bot: Bot, name: string, key: Path, value: unknown): Edit {
  return {
    says: ["change_endpoint", { endpoint: name }],
    touches: [],
    mark: `endpoint ${name} ${key.join(".")}`,
    change(draft) {
      put(draft, ["endpoints", name, ...key], value)
    },
  }
}

/** Give an endpoint another name; the actions that ask it follow. */
export function renameEndpoint(bot: Bot, name: string, wanted: string): Edit & { name: string } {
  const to =
    wanted === name ? name : freeName(wanted, taken => taken !== name && Object.hasOwn(endpointsOf(bot), taken))
  return {
    name: to,
    says: ["rename_endpoint", { endpoint: name }],
    touches: [],
    change(draft) {
      draft.endpoints = Object.fromEntries(
        Object.entries(draft.endpoints ?? {}).map(([key, endpoint]) => [key === name ? to : key, endpoint]),
      )
      for (const node of Object.values(draft.nodes))
        for (const action of node.actions ?? [])
          if ("endpoint" in action && action.endpoint === name) (action as { endpoint: string }).endpoint = to
    },
  }
}

export function removeEndpoint(_bot: Bot, name: string): Edit {
  return {
    says: ["remove_endpoint", { endpoint: name }],
    touches: [],
    change(draft) {
      delete draft.endpoints?.[name]
      if (draft.endpoints && !Object.keys(draft.endpoints).length) delete draft.endpoints
    },
  }
}

/** The nodes that ask an endpoint. */
export function asking(bot: Bot, endpoint: string): string[] {
  return Object.entries(nodesOf(bot)).flatMap(([name, node]) =>
    actionsOf(node).some(action => (action as { endpoint?: unknown }).endpoint === endpoint) ? [name] : [],
  )
}

export function addNote(bot: Bot, at: Point, words = ""): Edit & { index: number } {
  const index = notesOf(bot).length
  return {
    index,
    says: ["add_note"],
    touches: [],
    change(draft) {
      if (!isMapping(draft.canvas)) draft.canvas = {}
      draft.canvas.notes = [
        ...notesOf(bot),
        { text: words, at: [Math.round(at[0]), Math.round(at[1])] } as Note,
      ] as never
    },
  }
}

export function setNote(_bot: Bot, index: number, change: Partial<Note>): Edit {
  const moved = change.at !== undefined && change.text === undefined
  return {
    says: [moved ? "move_note" : "change_note"],
    touches: [],
    mark: `note ${index} ${Object.keys(change).join()}`,
    change(draft) {
      const note = draft.canvas?.notes?.[index]
      if (note) Object.assign(note, change)
    },
  }
}

export function removeNote(_bot: Bot, index: number): Edit {
  return {
    says: ["remove_note"],
    touches: [],
    change(draft) {
      draft.canvas?.notes?.splice(index, 1)
    },
  }
}
