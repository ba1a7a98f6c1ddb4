/* The builder is a program of its own, loaded when a bot is opened. */
import { Builder } from "../../../builder/src/Builder.tsx"
import { may, useMe } from "../state.ts"

export default function BuilderPage({ bot }: { bot: string }) {
  const me = useMe()
  return (
    <Builder
      key={bot}
      bot={bot}
      mayPublish={may(me, "bots.publish")}
      mayCount={may(me, "interactions.read")}
      readOnly={!may(me, "bots.edit")}
    />
  )
}
