import { useEffect, useRef, useState, type ReactNode } from 'react'
import { NavLink, useLocation, useNavigate } from 'react-router'
import { may, useSession } from '../session/session.ts'
import { Mark } from './mark.tsx'
import { isSearch, SEARCH } from './search.ts'
import { MerchantSwitch } from './merchant-switch.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { useWaiting } from './waiting.ts'

/** What stays while pages change: where one is, whose payments these are, who one is. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { keyId, role, signOut } = useSession()
  const location = useLocation()
  const { pathname } = location
  const hasFocus = isSearch(location.state)
  const main = useRef<HTMLElement>(null)
  const [isOpen, setOpen] = useState(false)
  const isFirst = useRef(true)

  // Somebody who reads by ear is told that it is another page.
  useEffect(() => {
    if (!isFirst.current && !hasFocus) main.current?.focus({ preventScroll: true })
    isFirst.current = false
    globalThis.scrollTo(0, 0)
  }, [pathname, hasFocus])
  useSlash()

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="bar">
        <button
          type="button"
          className="quiet menu"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">☰</span>
          <span className="visually-hidden">Menu</span>
        </button>
        <span className="brand">
          <Mark /> <b>AegisPay</b>
        </span>
        <MerchantSwitch />
        <span className="spacer" />
        <span className="who" title={`API key ${keyId}`}>
          <span className="visually-hidden">Signed in as </span>
          {role}
        </span>
        <ThemeSwitch />
        <button type="button" className="quiet" onClick={signOut}>
          Sign out
        </button>
      </header>
      <nav id="navigation" aria-label="Pages" className={isOpen ? 'open' : ''} onClick={() => setOpen(false)}>
        <Navigation />
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

function Navigation() {
  const { role } = useSession()
  const waiting = useWaiting()
  const operates = may(role, 'operate')
  return (
    <ul>
      <Entry to="/">Overview</Entry>
      <Entry to="/payments">Payments</Entry>
      {operates && (
        <>
          <Entry to="/unknown" count={waiting.unknown}>
            Unknown outcomes
          </Entry>
          <Entry to="/reviews" count={waiting.reviews}>
            Reviews
          </Entry>
          <Entry to="/dead-letters" count={waiting.deadLetters}>
            Dead letters
          </Entry>
          <Entry to="/gateways">Gateways</Entry>
          <Entry to="/routing">Routing</Entry>
        </>
      )}
      <Entry to="/webhooks">Webhooks</Entry>
    </ul>
  )
}

interface EntryProps {
  readonly to: string
  readonly children: ReactNode
  /** What waits there, as far as it was counted: `20+`. */
  readonly count?: string | undefined
}

const Entry = ({ to, children, count }: EntryProps) => (
  <li>
    <NavLink to={to} end={to === '/'}>
      {children}
      {count !== undefined && (
        <span className="count">
          {count} <span className="visually-hidden">waiting</span>
        </span>
      )}
    </NavLink>
  </li>
)

/** The key `/` leads to the search, from wherever nothing is being written. */
function useSlash(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event
      if (key !== '/' || ctrlKey || metaKey || altKey) return
      if (target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null) return
      event.preventDefault()
      void navigate('/payments', { state: SEARCH })
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [navigate])
}
