/** Hand a module over to pages that may not import it (see boot.ts), under the name of its file. */
export function handOver(address: string, module: object): void {
  const file = address.replace(/^.*\/|\?.*$/g, "")
  dispatchEvent(new CustomEvent(file, { detail: module }))
}
