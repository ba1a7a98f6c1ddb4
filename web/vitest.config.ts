import { readFileSync } from "node:fs"
import { defineConfig } from "vitest/config"

const english = readFileSync(new URL("locales/en.json", import.meta.url), "utf8")

export default defineConfig({
  define: { __ENGLISH__: english, __ENGLISH_EXTRA__: english, __LOCALES__: "{}", __EXTRA__: '"extra.js"' },
  test: {
    environment: "jsdom",
    include: ["{widget,document,builder,ui}/test/**/*.test.{ts,tsx}", "protocol/test/*.test.mjs"],
  },
})
