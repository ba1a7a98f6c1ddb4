/*
 * Build the widget into the Python package: src/branchline/static/w/.
 *   widget-<hash>.js, extra-<hash>.js, locale-<language>-<hash>.json   never change under their name
 *   loader.js, element.js, compat.js                              stable names that know the hashed ones
 * Beside each file stand its .gz and .br.
 */
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import { build } from "vite"

const web = join(dirname(fileURLToPath(import.meta.url)), "..")
const place = join(web, "..", "src", "branchline", "static", "w")
// a build that fails leaves the last one in place
const out = `${place}.new`
const source = join(web, "widget", "src")

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

/** The words that extra.ts needs and widget.ts does not. */
const LATER =
  "again star file restart download end unended online away newer confirm rate comment thanks agree begin privacy need email phone number whole least most long short few many big type day".split(
    " ",
  )

const hash = text => createHash("sha256").update(text).digest("hex").slice(0, 10)

/**
 * Give our custom properties names of our own: a page may have registered `--line` or set `--height` for itself, and both
 * reach into a shadow root. Those that pages are meant to set begin with `--branchline-` and stay.
 */
const PROPERTY = /--(?!branchline-)[a-z][a-z-]*/g
const properties = [
  ...new Set(
    readdirSync(source, { recursive: true })
      .filter(file => /\.(css|ts)$/.test(file))
      .flatMap(file => readFileSync(join(source, file), "utf8").match(PROPERTY) ?? []),
  ),
].sort()
const renamed = {
  name: "properties",
  enforce: "pre",
  transform: code =>
    code.replace(PROPERTY, name => (properties.includes(name) ? `--bl${properties.indexOf(name).toString(36)}` : name)),
}

/** Bundle one entry; give its code. */
async function bundle(entry, format, define) {
  const result = await build({
    root: web,
    configFile: false,
    logLevel: "warn",
    plugins: [renamed],
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    build: {
      write: false,
      target: ["chrome111", "firefox115", "safari16.4"],
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: join(source, entry),
        preserveEntrySignatures: "strict",
        output: { format, codeSplitting: false },
      },
    },
  })
  return (Array.isArray(result) ? result[0] : result).output[0].code.trim()
}

/** Write a module under a name that says what is in it. */
function write(name, code) {
  const file = `${name}-${hash(code)}.js`
  writeFileSync(join(out, file), code)
  return file
}

const locales = {}
for (const file of readdirSync(join(web, "locales"))) {
  const language = file.replace(".json", "")
  if (language === "en") continue
  const text = JSON.stringify(JSON.parse(readFileSync(join(web, "locales", file), "utf8")))
  locales[language] = `locale-${language}-${hash(text)}.json`
  writeFileSync(join(out, locales[language]), text)
}
const english = Object.entries(JSON.parse(readFileSync(join(web, "locales", "en.json"), "utf8")))
const some = later => Object.fromEntries(english.filter(([key]) => LATER.includes(key) === later))
const extra = write("extra", await bundle("extra.ts", "es", { __ENGLISH_EXTRA__: some(true) }))
const widget = write(
  "widget",
  await bundle("widget.ts", "es", { __ENGLISH__: some(false), __LOCALES__: locales, __EXTRA__: extra }),
)
for (const entry of ["loader", "element", "compat"]) {
  const code = await bundle(`${entry}.ts`, "iife", { __WIDGET__: widget })
  writeFileSync(join(out, `${entry}.js`), code)
}
for (const file of ["page.css", "branchline.d.ts"]) copyFileSync(join(web, "widget", file), join(out, file))
for (const file of readdirSync(out)) {
  const content = readFileSync(join(out, file))
  writeFileSync(join(out, `${file}.gz`), gzipSync(content, { level: 9 }))
  writeFileSync(
    join(out, `${file}.br`),
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  )
}
rmSync(place, { recursive: true, force: true })
renameSync(out, place)
