import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'

const SHOWN_MS = 8_000

type Announce = (text: string) => void
const AnnounceContext = createContext<Announce>(() => undefined)

/** Says what was done, to whoever reads by eye or ear. */
export const useAnnounce = (): Announce => use(AnnounceContext)

export function Announcements({ children }: { readonly children: ReactNode }) {
  const [text, setText] = useState('')
  const announce = useCallback((said: string) => setText(said), [])
  useEffect(() => {
    if (text === '') return
    const timer = setTimeout(() => setText(''), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div role="status" className="announcement" data-empty={text === ''}>
        {text}
      </div>
    </AnnounceContext>
  )
}
