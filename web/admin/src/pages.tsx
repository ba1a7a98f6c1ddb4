/* Every page of the console, in the order of the rail: add a line here, and it has a route and a place in the rail. */
import { Globe, type LucideIcon, MessagesSquare, Send, Settings as SettingsIcon, Workflow } from "lucide-react"
import { type ComponentType, lazy } from "react"
import type { Key } from "../../ui/t.ts"
import { Bots } from "./bots/Bots.tsx"

export interface Page {
  /** Below /console; `:name` is handed to the component. */
  path: string
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of a path are what its component takes
  Component: ComponentType<any>
  /** In the rail: its word, its picture, and the permission that shows it (everybody when none is named). */
  rail?: { word: Key; icon: LucideIcon; permission?: string }
}

export const pages: readonly Page[] = [
  { path: "/", Component: Bots, rail: { word: "rail.bots", icon: Workflow } },
  { path: "/bots/:bot", Component: lazy(() => import("./bots/BuilderPage.tsx")) },
  {
    path: "/interactions",
    Component: lazy(() => import("./interactions/Interactions.tsx")),
    rail: { word: "rail.interactions", icon: MessagesSquare, permission: "interactions.read" },
  },
  { path: "/interactions/:uuid", Component: lazy(() => import("./interactions/Interaction.tsx")) },
  {
    path: "/deliveries",
    Component: lazy(() => import("./deliveries/Deliveries.tsx")),
    rail: { word: "rail.deliveries", icon: Send, permission: "deliveries.read" },
  },
  { path: "/deliveries/:id", Component: lazy(() => import("./deliveries/Delivery.tsx")) },
  {
    path: "/endpoints",
    Component: lazy(() => import("./endpoints/Endpoints.tsx")),
    rail: { word: "rail.endpoints", icon: Globe, permission: "bots.read" },
  },
  { path: "/bots/:bot/install", Component: lazy(() => import("./bots/Install.tsx")) },
  { path: "/bots/:bot/funnel", Component: lazy(() => import("./bots/Funnel.tsx")) },
  {
    path: "/settings",
    Component: lazy(() => import("./settings/Settings.tsx")),
    rail: { word: "rail.settings", icon: SettingsIcon, permission: "settings.read" },
  },
  { path: "/settings/:part", Component: lazy(() => import("./settings/Settings.tsx")) },
]
