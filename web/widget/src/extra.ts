/**
 * What not every conversation needs, in a file of its own: checks of typed answers, the form before the chat and the
 * end of it, files, the calendar, several choices at once, the transcript, a company's own colour.
 */
import type { Words } from "./core/text"
import css from "./extra.css?inline"
import type { Kit } from "./kit"
import { shades } from "./theme"
import { before } from "./view/before"
import { fileProblem, problem } from "./view/check"
import { file } from "./view/file"
import { picker } from "./view/picker"
import { rating } from "./view/rating"
import { several } from "./view/several"
import { save, transcript } from "./view/transcript"

/** The English words of this file, from locales/en.json; filled in when it is built. */
declare const __ENGLISH_EXTRA__: Words

export function extra(kit: Kit) {
  kit.learn(__ENGLISH_EXTRA__)
  return {
    css,
    shades,
    save,
    before: before.bind(null, kit),
    file: file.bind(null, kit),
    picker: picker.bind(null, kit),
    rating: rating.bind(null, kit),
    several: several.bind(null, kit),
    transcript: transcript.bind(null, kit),
    problem: problem.bind(null, kit),
    fileProblem: fileProblem.bind(null, kit),
  }
}
export type Extra = ReturnType<typeof extra>
