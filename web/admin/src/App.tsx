/* The console's frame: set-up and sign-in first, then the rail and the page that the address names. */
import { Modal } from "@mantine/core"
import { Component, type ReactNode, Suspense, useEffect, useState } from "react"
import { Redirect, Route, Router, Switch, useLocation } from "wouter"
import { onSignedOut } from "../../ui/api.ts"
import { Notices } from "../../ui/notices.tsx"
import { Failure, Waiting } from "../../ui/parts.tsx"
import { t } from "../../ui/t.ts"
import { ABOVE_ALL } from "../../ui/theme.tsx"
import "./shell.css"
import { Confirm } from "./Confirm.tsx"
import { Join } from "./Join.tsx"
import { pages } from "./pages.tsx"
import { Rail } from "./Rail.tsx"
import { SetUp } from "./SetUp.tsx"
import { SignIn } from "./SignIn.tsx"
import { MeContext, useServerState, useSigned } from "./state.ts"

export function App() {
  return (
    <Router base="/console">
      <Inside />
      <Notices />
    </Router>
  )
}

function Inside() {
  const state = useServerState()
  const signed = useSigned()
  const [place] = useLocation()
  if (state.isPending) return <Waiting />
  if (!state.data)
    return (
      <main className="alone">
        <Failure failure={state.error} retry={() => void state.refetch()} />
      </main>
    )
  if (!state.data.set_up) return <SetUp shortest={state.data.password.shortest} done={() => void signed()} />
  if (place === "/join") return <Join shortest={state.data.password.shortest} done={() => signed()} />
  if (!state.data.me)
    return <SignIn oidc={state.data.sign_in.oidc} password={state.data.sign_in.password} done={() => void signed()} />
  return (
    <MeContext.Provider value={state.data.me}>
      <div className="shell">
        <a className="skip" href="#page">
          {t("shell.skip")}
        </a>
        <Rail />
        <Safe>
          <Suspense fallback={<Waiting />}>
            <Switch>
              {pages.map(page => (
                <Route key={page.path} path={page.path}>
                  {params => <page.Component {...(params as Record<string, string>)} />}
                </Route>
              ))}
              <Route>
                <Redirect to="/" />
              </Route>
            </Switch>
          </Suspense>
        </Safe>
      </div>
      <SignInAgain />
      <Confirm oidc={state.data.sign_in.oidc} />
    </MeContext.Provider>
  )
}

/** When the sign-in ends while something is open, sign in again in place: nothing on the page is lost. */
function SignInAgain() {
  const [asked, setAsked] = useState(false)
  const state = useServerState()
  const signed = useSigned()
  useEffect(() => onSignedOut(() => setAsked(true)), [])
  return (
    <Modal
      opened={asked}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("signin.again")}
      zIndex={ABOVE_ALL}
    >
      <p className="dim">{t("signin.again.text")}</p>
      <SignIn
        inside
        password
        oidc={state.data?.sign_in.oidc ?? null}
        done={async () => {
          await signed({ keep: true })
          setAsked(false)
          window.dispatchEvent(new Event("branchline:signed-in"))
        }}
      />
    </Modal>
  )
}

/** An error of ours on one page leaves the rail; another page works. */
class Safe extends Component<{ children: ReactNode }, { failure: unknown }> {
  override state: { failure: unknown } = { failure: null }

  static getDerivedStateFromError(failure: unknown) {
    return { failure }
  }

  override render() {
    if (this.state.failure === null) return <Watched changed={() => {}}>{this.props.children}</Watched>
    return (
      <Watched changed={() => this.setState({ failure: null })}>
        <main className="page">
          <Failure failure={this.state.failure} retry={() => this.setState({ failure: null })} />
        </main>
      </Watched>
    )
  }
}

function Watched({ changed, children }: { changed: () => void; children: ReactNode }) {
  const [location] = useLocation()
  const [first] = useState(location)
  useEffect(() => {
    if (location !== first) changed()
  })
  return children
}
