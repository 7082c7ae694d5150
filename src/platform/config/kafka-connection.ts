import type { KafkaConnection } from '../kafka/client.ts'
import type { Settings } from './settings.ts'

/** What the settings say of the cluster, as its client takes it. */
export function kafkaConnection(settings: Settings['kafka']): KafkaConnection {
  const { brokers, clientId, tls, tlsCa, tlsCert, tlsKey } = settings
  const sasl = saslOf(settings)
  return {
    brokers,
    clientId,
    ...(tls ? { ssl: { ...given('ca', tlsCa), ...given('cert', tlsCert), ...given('key', tlsKey) } } : {}),
    ...(sasl === null ? {} : { sasl })
  }
}

function saslOf({ saslMechanism: mechanism, saslUsername, saslPassword }: Settings['kafka']) {
  if (mechanism === null || saslUsername === null || saslPassword === null) return null
  const login = { username: saslUsername, password: saslPassword }
  // The client's type is a union by mechanism, which a union of mechanisms does not satisfy by itself.
  switch (mechanism) {
    case 'plain':
      return { mechanism, ...login }
    case 'scram-sha-256':
      return { mechanism, ...login }
    case 'scram-sha-512':
      return { mechanism, ...login }
  }
}

const given = (name: string, pem: string | null): Record<string, string> =>
  pem === null ? {} : { [name]: pem }
