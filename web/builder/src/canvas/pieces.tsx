/* A text with its inserted data as chips. */
import { pieces } from "../../../document/index.ts"

const SHOWN = 160

export function Pieces({ text }: { text: string }) {
  return pieces(text.slice(0, SHOWN)).map((piece, index) =>
    piece.name === undefined ? (
      <span key={index}>{piece.text.replace(/[*_`#]+/g, "")}</span>
    ) : (
      <code key={index} className="insert">
        {piece.text}
      </code>
    ),
  )
}
