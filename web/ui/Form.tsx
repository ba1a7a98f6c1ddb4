/* A form that stays as it is, and says why, until what it does is done. */
import { type FormEvent, type ReactNode, useState } from "react"
import { sentence } from "./api.ts"

interface FormProps {
  /** Sends it; what is thrown is shown. */
  run: () => Promise<void>
  /** What is wrong from the start. */
  problem?: string
  /** What stands in it, by whether it is being sent. */
  children: (busy: boolean) => ReactNode
}

export function Form({ run, problem: first = "", children }: FormProps) {
  const [problem, setProblem] = useState(first)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem("")
    try {
      await run()
    } catch (failure) {
      setProblem(sentence(failure))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="stack" onSubmit={submit}>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {children(busy)}
    </form>
  )
}
