/*
 * The kit in our clothes. Its variables are static CSS (tokens.css), so that no style tag is made at run time and a
 * strict content policy needs no exception; dialogs do not lock scrolling for the same reason.
 */
import {
  Button,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorSchemeManager,
  MantineProvider,
  Menu,
  Modal,
  Popover,
  Portal,
  Select,
  Tooltip,
} from "@mantine/core"
import type { ReactNode } from "react"
import "./styles.ts"

/** What asks who it is stands over every other dialog: the one that needed it may still be open. */
export const ABOVE_ALL = 400

const TRANSITION = { transition: "fade", duration: 120 } as const

const theme = createTheme({
  fontFamily: "var(--sans)",
  primaryColor: "teal",
  defaultRadius: "var(--radius)",
  cursorType: "pointer",
  respectReducedMotion: true,
  variantColorResolver: input => {
    const colors = defaultVariantColorsResolver(input)
    const bad = input.color === "red"
    const [strong, soft] = bad ? ["var(--danger)", "var(--danger-soft)"] : ["var(--accent)", "var(--accent-soft)"]
    if (input.variant === "filled")
      return {
        ...colors,
        background: strong,
        hover: bad ? "var(--danger)" : "var(--accent-hover)",
        color: bad ? "var(--surface)" : "var(--on-accent)",
        border: "1px solid transparent",
      }
    if (input.variant === "light") return { ...colors, background: soft, hover: soft, color: strong }
    if (input.variant === "subtle")
      return { ...colors, background: "transparent", hover: "var(--sunken)", color: bad ? strong : "var(--ink-2)" }
    if (input.variant === "default")
      return {
        ...colors,
        background: "var(--surface)",
        hover: "var(--sunken)",
        color: bad ? strong : "var(--ink)",
        border: "1px solid var(--field)",
      }
    return colors
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        centered: true,
        transitionProps: TRANSITION,
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { "aria-label": "Close" },
      },
    }),
    Menu: Menu.extend({
      defaultProps: {
        transitionProps: TRANSITION,
        shadow: "md",
        withinPortal: true,
        withInitialFocusPlaceholder: false,
      },
    }),
    // What opens over the page stands in a landmark of its own: see index.html.
    Portal: Portal.extend({ defaultProps: { target: "#layer" } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: TRANSITION, shadow: "md" } }),
    Select: Select.extend({ defaultProps: { comboboxProps: { transitionProps: TRANSITION, shadow: "md" } } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 400, transitionProps: TRANSITION, events: { hover: true, focus: true, touch: false } },
    }),
  },
})

const KEY = "branchline.scheme"

/** Light or dark by the system until the person chooses. */
const scheme: MantineColorSchemeManager = {
  get: fallback => {
    const kept = remembered()
    return kept === "light" || kept === "dark" ? kept : fallback
  },
  set: value => {
    try {
      localStorage.setItem(KEY, value)
    } catch {
      // Storage may be closed; the choice then lasts as long as the page.
    }
  },
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => localStorage.removeItem(KEY),
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function Theme({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      withCssVariables={false}
      withGlobalClasses={false}
      colorSchemeManager={scheme}
      defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  )
}
