/** Write JSON; what old libraries put on every list and text as `toJSON` is passed over. */
export const json = (value: object): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key) {
    return this[key]
  })
