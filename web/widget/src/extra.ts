/**
 * What not every conversation needs, in a file of its own: checks of typed answers, the form before the chat and the
 * end of it, files, the calendar, special choices, the menu, what phones need, the transcript, a company's own colour.
 */
import type { Words } from "./core/text"
import css from "./extra.css?inline"
import type { Kit } from "./kit"
import { shades } from "./theme"
import { attach } from "./view/attach"
import { before } from "./view/before"
import { problem } from "./view/check"
import { file } from "./view/file"
import { keyboard } from "./view/keyboard"
import { menu } from "./view/menu"
import { badge, greeting, newer, presence } from "./view/notes"
import { phone } from "./view/phone"
import { picker } from "./view/picker"
import { after } from "./view/rating"
import { special } from "./view/special"

/** The English words of this file, from locales/en.json; filled in when it is built. */
declare const __ENGLISH_EXTRA__: Words

export function extra(kit: Kit) {
  kit.learn(__ENGLISH_EXTRA__)
  return {
    css,
    keyboard,
    phone,
    shades,
    after: after.bind(null, kit),
    attach: attach.bind(null, kit),
    badge: badge.bind(null, kit),
    before: before.bind(null, kit),
    file: file.bind(null, kit),
    greeting: greeting.bind(null, kit),
    menu: menu.bind(null, kit),
    newer: newer.bind(null, kit),
    picker: picker.bind(null, kit),
    presence: presence.bind(null, kit),
    problem: problem.bind(null, kit),
    special: special.bind(null, kit),
  }
}
export type Extra = ReturnType<typeof extra>
