import { useAnnounce } from './announcements.tsx'

/** An id, whole, with a way to take it along. */
export function Id({ id }: { readonly id: string }) {
  const announce = useAnnounce()
  const copy = async () => {
    await navigator.clipboard.writeText(id)
    announce('Copied.')
  }
  return (
    <span className="id">
      <code>{id}</code>
      {/* There is no clipboard where the page came unencrypted from another machine. */}
      {globalThis.isSecureContext && (
        <button type="button" className="quiet" title="Copy" onClick={() => void copy()}>
          <svg
            viewBox="0 0 16 16"
            width="14"
            height="14"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
          >
            <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
            <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
          </svg>
          <span className="visually-hidden">Copy {id}</span>
        </button>
      )}
    </span>
  )
}
