/* English words of getting in: invitations, fresh proofs, what a provider may refuse. */
export const access = {
  "join.title": "Welcome",
  "join.text": "You were invited. Choose a password, and you are in.",
  "join.code": "Invitation code",
  "join.code.help": "It stands at the end of the link that you were given.",
  "join.password": "New password",
  "join.do": "Save and sign in",
  "confirm.title": "Is it you?",
  "confirm.text": "This needs a fresh proof that it is you. After that you are not asked again for a while.",
  "confirm.do": "Confirm",
  "confirm.cancel": "Cancel",
  "confirm.oidc": "Confirm with {name}",
  "confirm.oidc.text": "You come back to this page, and do it again from here.",
  "problem.oidc.refused":
    "The provider’s answer was not taken. Try again; if it stays so, tell the person who runs Branchline.",
  "problem.oidc.no_role": "The provider knows you, but you have no role here. Ask an administrator to let you in.",
  "problem.oidc.unreachable": "The provider cannot be reached right now. Try again in a moment.",
  "problem.oidc.off": "Signing in through a provider is not set up here. Sign in with your password.",
  "problem.tries.exceeded": "There were too many tries. Wait a minute, then try again.",
  "problem.other": "Signing in did not work. Try again.",
} as const
