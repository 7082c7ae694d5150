import { useRef, type SubmitEvent } from 'react'
import { ProblemError } from '../api/problem.ts'
import { ThemeSwitch } from '../shell/theme-switch.tsx'
import { Mark } from '../shell/mark.tsx'
import { ProblemNote } from '../ui/states.tsx'

interface Props {
  readonly onKey: (apiKey: string) => void
  readonly error: Error | null
  readonly isWaiting: boolean
}

/** The form posts nothing by itself: the policy of the page forbids it, and the key is for the API alone. */
export function SignIn({ onKey, error, isWaiting }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = field.current?.value.trim() ?? ''
    if (given === '') field.current?.focus()
    else onKey(given)
  }
  const refused = error instanceof ProblemError && error.status === 401
  return (
    <main className="sign-in">
      <form onSubmit={submit} className="card" noValidate>
        <h1>
          <Mark /> AegisPay console
        </h1>
        <label htmlFor="api-key">API key</label>
        <input
          ref={field}
          id="api-key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          aria-describedby="api-key-hint"
          aria-invalid={refused}
        />
        <p id="api-key-hint" className="hint">
          Of those who run the installation (viewer, operator, admin) or of a merchant. It stays in this tab
          and is gone when you close it.
        </p>
        {error !== null && <ProblemNote error={error} />}
        <button type="submit" className="primary" disabled={isWaiting}>
          {isWaiting ? 'Signing in …' : 'Sign in'}
        </button>
        <ThemeSwitch />
      </form>
    </main>
  )
}
