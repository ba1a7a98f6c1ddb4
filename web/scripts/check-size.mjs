/* Check what was built against its budget: bytes after gzip -9. Exit code 1 when something is too big. */
import { readdirSync, readFileSync, statSync } from "node:fs"
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

/** What opening a bot loads at first: the console's start, the builder, and all that these import at once. */
const app = join(folder, "..", "app")
const manifest = JSON.parse(readFileSync(join(app, "manifest.json"), "utf8"))
const needed = new Set()
const need = name => {
  if (needed.has(name)) return
  needed.add(name)
  for (const other of manifest[name].imports ?? []) need(other)
}
need("index.html")
need("admin/src/bots/BuilderPage.tsx")
for (const [kind, limit, files] of [
  ["js", 280_000, [...needed].map(name => manifest[name].file)],
  ["css", 30_000, [...new Set([...needed].flatMap(name => manifest[name].css ?? []))]],
]) {
  const size = files.reduce((sum, file) => sum + statSync(join(app, `${file}.gz`)).size, 0)
  console.log(
    `${String(size).padStart(6)} of ${String(limit).padStart(6)} bytes  opening a bot: ${kind}, ${files.length} files`,
  )
  if (!files.length || size > limit) over++
}
process.exit(over ? 1 : 0)
