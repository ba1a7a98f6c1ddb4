/** A new message id: 128 random bits. `crypto.randomUUID` is missing on pages without TLS. */
export const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("")
