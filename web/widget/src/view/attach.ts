import type { Input } from "../core/types"
import type { Kit } from "../kit"
import { fileProblem } from "./check"
import type { Said } from "./composer"

/** Send files that were dropped or pasted; without any, let the visitor choose. `wrong` shows what is wrong with one. */
export function attach(
  kit: Kit,
  input: Input,
  files: FileList | undefined,
  send: (said: Said) => void,
  wrong: (sentence: string) => void,
): void {
  if (!files) {
    const chooser = kit.h<HTMLInputElement>("input", { type: "file", accept: input.types?.join(",") })
    chooser.onchange = () => attach(kit, input, chooser.files!, send, wrong)
    chooser.click()
    return
  }
  for (const file of files) {
    const sentence = fileProblem(kit, input, file)
    wrong(sentence)
    if (!sentence) send({ text: file.name, file })
  }
}
