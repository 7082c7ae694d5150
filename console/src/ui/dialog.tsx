import { useEffect, useId, useRef, type ReactNode, type SubmitEvent } from 'react'
import { ProblemNote } from './states.tsx'

interface DialogProps {
  readonly title: string
  /** On the button that does it. */
  readonly verb: string
  readonly isDangerous?: boolean
  readonly isWaiting: boolean
  readonly error: Error | null
  readonly children: ReactNode
  /** Called only when what was typed in is complete. */
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is done. The browser keeps the focus within, and gives it back. */
export function Dialog({
  title,
  verb,
  isDangerous,
  isWaiting,
  error,
  children,
  onConfirm,
  onClose
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const shown = dialog.current
    if (shown?.open === false) shown.showModal()
    return () => shown?.close()
  }, [])
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!isWaiting) onConfirm()
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={onClose}
      onClose={event => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
        {error !== null && <ProblemNote error={error} />}
        <div className="buttons">
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" className={isDangerous === true ? 'danger' : 'primary'} disabled={isWaiting}>
            {isWaiting ? 'Sending …' : verb}
          </button>
        </div>
      </form>
    </dialog>
  )
}
