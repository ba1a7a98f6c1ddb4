/** What the parts that are loaded later use of the widget: handed over, so that nothing is there twice. */
import { learn, t } from "./core/text"
import { markdown, plain, safe } from "./md"
import { h, icon } from "./view/dom"

export const kit = { h, icon, learn, markdown, plain, safe, t }
export type Kit = typeof kit
