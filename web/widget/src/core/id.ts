/** A new message id: 128 random bits. `crypto.randomUUID` is missing on pages without TLS. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join("-")
