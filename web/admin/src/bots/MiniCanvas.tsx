/* A bot at a glance: its cards and ways, without words; while it is played, what was walked is lit. */

import { CARD_WIDTH } from "../../../document/geometry.ts"
import { type Bot, card, layout, links, nodeOf } from "../../../document/index.ts"

interface Props {
  bot: Bot
  /** The nodes that were walked, the last one being where it is. */
  walked?: readonly string[]
}

export function MiniCanvas({ bot, walked = [] }: Props) {
  const lit = new Set(walked)
  const dim = walked.length > 0
  const places = layout(bot)
  const boxes = [...places].map(([name, [x, y]]) => ({ name, x, y, height: card(nodeOf(bot, name)).height }))
  const width = Math.max(...boxes.map(box => box.x + CARD_WIDTH), CARD_WIDTH)
  const height = Math.max(...boxes.map(box => box.y + box.height), 200)
  return (
    <svg viewBox={`-60 -60 ${width + 120} ${height + 120}`} aria-hidden="true">
      {links(bot).map(link => {
        const [a, b] = [boxes.find(box => box.name === link.source), boxes.find(box => box.name === link.target)]
        if (!a || !b || b.x <= a.x) return null
        const [x1, y1, x2, y2] = [a.x + CARD_WIDTH, a.y + a.height / 2, b.x, b.y + 20]
        return (
          <path
            key={`${link.source} ${link.way.id}`}
            d={`M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`}
            fill="none"
            stroke={lit.has(link.source) && lit.has(link.target) ? "var(--accent)" : "var(--edge)"}
            strokeWidth="8"
          />
        )
      })}
      {boxes.map(box => (
        <rect
          key={box.name}
          x={box.x}
          y={box.y}
          width={CARD_WIDTH}
          height={box.height}
          rx="24"
          fill={box.name === (dim ? walked.at(-1) : bot.start) ? "var(--accent)" : "var(--surface)"}
          stroke={box.name === bot.start || lit.has(box.name) ? "var(--accent)" : "var(--edge)"}
          opacity={dim && !lit.has(box.name) ? 0.5 : 1}
          strokeWidth="8"
        />
      ))}
    </svg>
  )
}
