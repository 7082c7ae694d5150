import type { ReactNode } from 'react'
import type { Tone } from './tone.ts'

/** A state in a word. The colour says it once more, and nothing else. */
export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className={`badge ${tone}`}>{children}</span>
)

const statusTones: Readonly<Record<string, Tone>> = {
  INITIATED: 'busy',
  PROCESSING: 'busy',
  AUTHORIZED: 'warn',
  CAPTURED: 'good',
  COMPLETED: 'good',
  REFUND_INITIATED: 'busy',
  PARTIALLY_REFUNDED: 'plain',
  REFUNDED: 'plain',
  FAILED: 'bad',
  CANCELLED: 'plain',
  EXPIRED: 'plain',
  pending: 'busy',
  delivered: 'good',
  succeeded: 'good',
  failed: 'bad',
  enabled: 'good',
  paused: 'warn',
  disabled: 'bad',
  CLOSED: 'good',
  HALF_OPEN: 'warn',
  OPEN: 'bad'
}

/** `PARTIALLY_REFUNDED` as people read it. */
export const words = (code: string): string => code.toLowerCase().replaceAll(/[_-]/g, ' ')

export const StatusBadge = ({ status }: { readonly status: string }) => (
  <Badge tone={statusTones[status] ?? 'plain'}>{words(status)}</Badge>
)
