/* The narrow bar at the side: pages, the colour scheme, and who is signed in. */
import { Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core"
import { KeyRound, LogOut, Moon, Sun, UserRound } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Link, useLocation } from "wouter"
import { call, sentence } from "../../ui/api.ts"
import { notify } from "../../ui/notices.tsx"
import { IconButton } from "../../ui/parts.tsx"
import { t } from "../../ui/t.ts"
import { Attention } from "./Attention.tsx"
import { pages } from "./pages.tsx"
import { may, useMe, useSigned } from "./state.ts"

const ChangePassword = lazy(() => import("./ChangePassword.tsx").then(each => ({ default: each.ChangePassword })))

export function Rail() {
  const me = useMe()
  const [location] = useLocation()
  return (
    <nav className="rail" aria-label={t("rail.name")}>
      <Link href="/" className="logo" aria-label={t("rail.home")}>
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="var(--accent)" />
          <path
            d="M9 16h6m0 0c3 0 3-6 6-6h2m-8 6c3 0 3 6 6 6h2"
            fill="none"
            stroke="var(--on-accent)"
            strokeWidth="2.4"
            strokeLinecap="round"
          />
          <circle cx="8" cy="16" r="2.6" fill="var(--on-accent)" />
        </svg>
      </Link>
      {pages.map(({ path, rail }) => {
        if (!rail || (rail.permission && !may(me, rail.permission))) return null
        const here = path === "/" ? location === "/" || location.startsWith("/bots") : location.startsWith(path)
        return (
          <Link key={path} href={path} className="place" aria-current={here ? "page" : undefined} title={t(rail.word)}>
            <rail.icon size={19} aria-hidden />
            <span className="unseen">{t(rail.word)}</span>
          </Link>
        )
      })}
      <span className="grow" />
      <Attention />
      <Scheme />
      <Account />
    </nav>
  )
}

function Scheme() {
  // Its way of keeping transitions still is a style tag, which our policy forbids.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const dark = useComputedColorScheme("light") === "dark"
  return (
    <IconButton
      icon={dark ? Sun : Moon}
      label={dark ? t("scheme.light") : t("scheme.dark")}
      size={36}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    />
  )
}

function Account() {
  const me = useMe()
  const signed = useSigned()
  const [changing, setChanging] = useState(false)
  return (
    <Menu position="right-end">
      <Menu.Target>
        <IconButton icon={UserRound} label={t("account.name", { name: me.person.name })} size={36} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.person.name} · {t(`role.${me.person.role}`)}
        </Menu.Label>
        {me.person.by.includes("password") && (
          <Menu.Item leftSection={<KeyRound size={15} aria-hidden />} onClick={() => setChanging(true)}>
            {t("account.password")}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<LogOut size={15} aria-hidden />}
          onClick={() =>
            call("POST", "/sign-out")
              .then(() => signed())
              .catch(failure => notify(sentence(failure), { bad: true }))
          }
        >
          {t("account.sign_out")}
        </Menu.Item>
      </Menu.Dropdown>
      <Suspense fallback={null}>{changing && <ChangePassword close={() => setChanging(false)} />}</Suspense>
    </Menu>
  )
}
