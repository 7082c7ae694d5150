// What a mail says: plain text, so that nothing in it can be markup.
import {
  PLACEHOLDER,
  type NotificationSettings,
  type NotificationType,
  type Placeholder
} from '../../control/notifications-document.ts'

interface Words {
  readonly subject: string
  readonly text: string
}

const ENDING = 'Reference: {payment}\n\n{merchant}\n'

const english: Readonly<Record<NotificationType, Words>> = {
  'payment.completed': {
    subject: 'We have received {amount}',
    text: `Hello {customer},\n\nwe have received your payment of {amount}. Thank you.\n\n{description}\n\n${ENDING}`
  },
  'payment.failed': {
    subject: 'Your payment of {amount} did not go through',
    text: `Hello {customer},\n\nyour payment of {amount} did not go through, and you were not charged.\n\n{hint}\n\n{description}\n\n${ENDING}`
  },
  'payment.action_required': {
    subject: 'Please confirm your payment of {amount}',
    text: `Hello {customer},\n\nyour payment of {amount} waits for you. Please confirm it here:\n\n{link}\n\n{description}\n\n${ENDING}`
  },
  'payment.partially_refunded': {
    subject: 'We have refunded {amount}',
    text: `Hello {customer},\n\nwe have given back {amount} of your payment, {refunded} in all. Your bank may take some days to show it.\n\n{description}\n\n${ENDING}`
  },
  'payment.refunded': {
    subject: 'We have refunded {amount}',
    text: `Hello {customer},\n\nwe have given back {amount}, and with it all of your payment. Your bank may take some days to show it.\n\n{description}\n\n${ENDING}`
  }
}

/** Longer ones are cut: a description may have a thousand characters. */
const MAX_SUBJECT = 200

/** What stands for nothing becomes nothing, and so do the empty lines around it. */
export function wordsOf(
  type: NotificationType,
  settings: NotificationSettings,
  values: Readonly<Record<Placeholder, string>>
): Words {
  const { subject, text } = settings.templates?.[type] ?? english[type]
  const filled = (template: string) =>
    template.replaceAll(PLACEHOLDER, (_, name: Placeholder) => oneLine(values[name]))
  return {
    subject: oneLine(filled(subject)).slice(0, MAX_SUBJECT),
    text: filled(text)
      .replaceAll(/ +,/g, ',')
      .replaceAll(/\n{3,}/g, '\n\n')
  }
}

/** Whatever a customer is called, no line ends in it: neither a header nor a paragraph begins there. */
const oneLine = (value: string): string => value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
