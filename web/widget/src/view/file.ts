import type { Api } from "../core/api"
import type { FileEntry } from "../core/types"
import type { Kit } from "../kit"

const SHOWN = /^image\/(png|jpeg|gif|webp)$/

const size = (bytes: number) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** Draw a file: an image is shown, anything else is a link. A page whose policy forbids the image gets the link too. */
export function file({ h, icon }: Kit, entry: FileEntry, api: Api): HTMLElement {
  const href = `${api.root}files/${encodeURIComponent(entry.id)}/${encodeURIComponent(entry.name)}`
  const card = h(
    "a.file",
    { href, target: "_blank", rel: "noopener noreferrer" },
    icon("M6 3h8l4 4v14H6zM14 3v4h4"),
    h("span", {}, h("bdi", {}, entry.name), h("small", {}, size(entry.size))),
  )
  if (!SHOWN.test(entry.media_type)) return card
  const image = h<HTMLImageElement>("img", { alt: entry.name, loading: "lazy", src: href })
  const link = h("a.picture", { href, target: "_blank", rel: "noopener noreferrer" }, image)
  image.onerror = () => link.replaceWith(card)
  return link
}
