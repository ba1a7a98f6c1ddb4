/* What belongs to the installation: who gets in, with which keys, what was done, and how the server is set. */
import { Tabs } from "@mantine/core"
import { Redirect, useLocation } from "wouter"
import { t } from "../../../ui/t.ts"
import { Screen } from "../console/parts.tsx"
import { may, useMe } from "../state.ts"
import { Audit } from "./Audit.tsx"
import { Keys } from "./Keys.tsx"
import { People } from "./People.tsx"
import { Privacy } from "./Privacy.tsx"
import { ServerSettings } from "./ServerSettings.tsx"

const PARTS = [
  { name: "people", permission: "people.manage", Component: People },
  { name: "keys", permission: "api_keys.manage", Component: Keys },
  { name: "privacy", permission: "interactions.erase", Component: Privacy },
  { name: "audit", permission: "audit.read", Component: Audit },
  { name: "server", permission: "settings.read", Component: ServerSettings },
] as const

export default function Settings({ part }: { part?: string }) {
  const me = useMe()
  const [, go] = useLocation()
  const mine = PARTS.filter(each => may(me, each.permission))
  const chosen = mine.find(each => each.name === part)
  if (!chosen) return <Redirect to={mine[0] ? `/settings/${mine[0].name}` : "/"} replace />
  return (
    <Screen title={t("rail.settings")}>
      <Tabs value={chosen.name} onChange={name => go(`/settings/${name}`)}>
        <Tabs.List mb="md">
          {mine.map(each => (
            <Tabs.Tab key={each.name} value={each.name}>
              {t(`settings.${each.name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {mine.map(each => (
          <Tabs.Panel key={each.name} value={each.name}>
            {each === chosen && <each.Component />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Screen>
  )
}
