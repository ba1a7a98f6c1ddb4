/* Check what was built against its budget: bytes after gzip -9. Exit code 1 when something is too big. */
import { readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src", "branchline", "static", "w")
const BUDGET = [
  [/^loader\.js\.gz$/, 1_500],
  [/^element\.js\.gz$/, 1_500],
  [/^widget-\w+\.js\.gz$/, 12_000],
  [/^extra-\w+\.js\.gz$/, 6_000],
  [/^compat\.js\.gz$/, 3_000],
  [/^locale-.*\.gz$/, 2_000],
]
let over = 0
for (const [pattern, limit] of BUDGET) {
  const files = readdirSync(folder).filter(file => pattern.test(file))
  if (!files.length) {
    console.error(`Nothing is built that fits ${pattern}. Run "npm run build" first.`)
    over++
  }
  for (const file of files) {
    const { size } = statSync(join(folder, file))
    console.log(`${String(size).padStart(6)} of ${String(limit).padStart(6)} bytes  ${file}`)
    if (size > limit) over++
  }
}
process.exit(over ? 1 : 0)
