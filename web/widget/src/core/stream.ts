/** Server-sent events (WHATWG HTML §9.2) out of a fetch response, which can carry a token where EventSource cannot. */
export interface Event {
  name: string
  data: string
}

/**
 * Give a function that takes pieces of a stream as they arrive and calls `on` for every whole event in them. It reads
 * what our server writes: one line of data an event, lines that end with a line feed.
 */
export function parser(on: (event: Event) => void): (piece: string) => void {
  let rest = ""
  return piece => {
    const events = (rest + piece).split("\n\n")
    rest = events.pop()!
    for (const event of events) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(event)?.[1]
      const data = field("data")
      if (data) on({ name: field("event") ?? "", data })
    }
  }
}

/** Read a response to its end. `beat` is called for every piece, heartbeats included. */
export async function read(response: Response, on: (event: Event) => void, beat: () => void): Promise<void> {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  const take = parser(on)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    beat()
    take(decoder.decode(value, { stream: true }))
  }
}
