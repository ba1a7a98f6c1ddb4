/*
 * Build the console and its builder into the Python package: src/branchline/static/app/, flat, names with ten hex
 * digits of their content's hash. Beside each file stand its .gz and .br.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import react from "@vitejs/plugin-react"
import { build } from "vite"

const web = join(dirname(fileURLToPath(import.meta.url)), "..")
const out = join(web, "..", "src", "branchline", "static", "app")

/** Fonts for the scripts that the interface speaks; others fall back to the system's. */
const FONTS = /-(latin|latin-ext)-/

await build({
  root: web,
  configFile: false,
  logLevel: "warn",
  base: "/console/",
  plugins: [
    react(),
    {
      name: "fewer-fonts",
      enforce: "pre",
      transform(code, id) {
        if (!id.includes("@fontsource")) return null
        return code.replace(/\/\*[^*]*\*\/\s*@font-face\s*\{[^}]*\}/g, face => (FONTS.test(face) ? face : ""))
      },
    },
  ],
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome111", "firefox115", "safari16.4"],
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: join(web, "index.html"),
      output: {
        hashCharacters: "hex",
        entryFileNames: "[name]-[hash:10].js",
        chunkFileNames: "[name]-[hash:10].js",
        assetFileNames: "[name]-[hash:10][extname]",
      },
    },
  },
})
for (const file of readdirSync(out)) {
  if (/\.(woff2|gz|br|png)$/.test(file)) continue
  const content = readFileSync(join(out, file))
  writeFileSync(join(out, `${file}.gz`), gzipSync(content, { level: 9 }))
  writeFileSync(
    join(out, `${file}.br`),
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  )
}
