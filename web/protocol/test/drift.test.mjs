// @vitest-environment node
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript"
import { expect, test } from "vitest"

const at = name => new URL(`../${name}`, import.meta.url)

test("the types are those of the description", async () => {
  const made = astToString(await openapiTS(at("openapi.json")))
  const kept = readFileSync(fileURLToPath(at("api.d.ts")), "utf-8")
  expect(kept, "Make them anew: .venv/bin/python -m tools.protocol").toBe(COMMENT_HEADER + made)
})
