/** Server-sent events (WHATWG HTML §9.2) out of a fetch response, which can carry a token where EventSource cannot. */
export interface Event {
  name: string
  data: string
}

/** Give a function that takes pieces of a stream as they arrive and calls `on` for every whole event in them. */
export function parser(on: (event: Event) => void): (piece: string) => void {
  let rest = ""
  let name = ""
  let data: string[] = []
  return piece => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ""
    for (const line of lines) {
      const [, key, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
      if (!line) {
        if (data.length) on({ name, data: data.join("\n") })
        name = ""
        data = []
      } else if (key === "event") name = value ?? ""
      else if (key === "data") data.push(value ?? "")
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
