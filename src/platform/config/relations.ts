// What must hold between settings, beyond what holds for each.
import { settingsTable, type Settings } from './settings.ts'

interface Relation {
  /** Told when it does not hold; names the settings. */
  readonly rule: string
  readonly holds: (settings: Partial<Settings>) => boolean
}

const { kafka, topics, processing, mail } = settingsTable

export const relations: readonly Relation[] = [
  {
    rule: `${processing.transactionTimeoutMs.env} must be less than ${processing.sessionTimeoutMs.env}`,
    holds: ({ processing }) =>
      processing === undefined || processing.transactionTimeoutMs < processing.sessionTimeoutMs
  },
  {
    rule: `${topics.minIsr.env} must not be more than ${topics.replicationFactor.env}`,
    holds: ({ topics }) => {
      if (topics === undefined || topics.minIsr === null || topics.replicationFactor === null) return true
      return topics.minIsr <= topics.replicationFactor
    }
  },
  {
    rule: `${kafka.tlsCa.env}, ${kafka.tlsCert.env} and ${kafka.tlsKey.env} need ${kafka.tls.env}=true`,
    holds: ({ kafka }) =>
      kafka === undefined ||
      kafka.tls ||
      [kafka.tlsCa, kafka.tlsCert, kafka.tlsKey].every(pem => pem === null)
  },
  {
    rule: `${kafka.tlsCert.env} and ${kafka.tlsKey.env} must be given together`,
    holds: ({ kafka }) => kafka === undefined || (kafka.tlsCert === null) === (kafka.tlsKey === null)
  },
  {
    rule: `${kafka.saslMechanism.env}, ${kafka.saslUsername.env} and ${kafka.saslPassword.env} must be given together`,
    holds: ({ kafka }) =>
      kafka === undefined ||
      new Set([kafka.saslMechanism, kafka.saslUsername, kafka.saslPassword].map(given => given === null))
        .size === 1
  },
  {
    rule: `${mail.user.env} and ${mail.password.env} must be given together`,
    holds: ({ mail }) => mail === undefined || (mail.user === null) === (mail.password === null)
  },
  {
    rule: `${mail.password.env} needs another ${mail.security.env} than none`,
    holds: ({ mail }) => mail === undefined || mail.password === null || mail.security !== 'none'
  }
]
