/* The one way to the server. A refusal is a `Problem` with its sentence, which may be shown as it is. */

export const BASE = "/api/admin/v1"

export interface Refused {
  code: string
  detail: string
  meta?: Record<string, unknown>
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly meta: Record<string, unknown>

  constructor(status: number, refused: Refused) {
    super(refused.detail)
    this.status = status
    this.code = refused.code
    this.meta = refused.meta ?? {}
  }

  /** The server could not be asked: the same may work later. */
  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

type Told = () => void
const signedOut = new Set<Told>()

/** Be told when a call was refused because nobody is signed in. */
export function onSignedOut(told: Told): () => void {
  signedOut.add(told)
  return () => signedOut.delete(told)
}

type Prove = () => Promise<boolean>
let prove: Prove | null = null

/** Be asked for a fresh proof of who it is, when a call needs one; true: it was taken, and the call is made again. */
export function onUnconfirmed(ask: Prove): () => void {
  prove = ask
  return () => {
    if (prove === ask) prove = null
  }
}

export interface Call {
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  keepalive?: boolean
}

export async function call<T>(method: string, path: string, asked: Call = {}): Promise<T> {
  try {
    return await once<T>(method, path, asked)
  } catch (failure) {
    const unconfirmed = failure instanceof Problem && failure.code === "sign_in.unconfirmed"
    if (!unconfirmed || !prove || !(await prove())) throw failure
    return once<T>(method, path, asked)
  }
}

async function once<T>(method: string, path: string, { body, headers, signal, keepalive }: Call): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(BASE + path, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      ...(keepalive ? { keepalive } : {}),
      credentials: "same-origin",
    })
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure
    throw new Problem(0, { code: "server.unreachable", detail: "The server cannot be reached. Check your connection." })
  }
  const text = await answer.text()
  if (answer.ok) return (text ? JSON.parse(text) : undefined) as T
  const problem = new Problem(answer.status, refusal(text, answer.status))
  if (answer.status === 401 && !path.startsWith("/sign-in")) for (const told of signedOut) told()
  throw problem
}

function refusal(text: string, status: number): Refused {
  try {
    const [first] = (JSON.parse(text) as { errors: Refused[] }).errors
    if (first) return first
  } catch {
    // Not ours: a proxy's page, perhaps.
  }
  return { code: `http.${status}`, detail: `The server answered with ${status}. Try again in a moment.` }
}

/** A sentence for anything that was thrown. */
export function sentence(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
