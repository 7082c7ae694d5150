// Every setting of the product. docs/settings.md is generated from this table.
import { Type, type Static } from 'typebox'
import type { Setting } from './setting.ts'

const text = Type.String({ minLength: 1 })
const httpUrl = Type.String({ pattern: '^https?://' })
const port = Type.Integer({ minimum: 0, maximum: 65_535 })
const count = (maximum: number) => Type.Integer({ minimum: 1, maximum })
const milliseconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })

export const settingsTable = {
  kafka: {
    brokers: {
      env: 'AEGISPAY_KAFKA_BROKERS',
      schema: Type.Array(
        Type.String({ pattern: '^[^\\s:/]+:[0-9]{1,5}$|^\\[[0-9a-fA-F:]+\\]:[0-9]{1,5}$' }),
        {
          minItems: 1
        }
      ),
      doc: 'Addresses of some brokers, `host:port` separated by commas. The rest of the cluster is found through them.'
    },
    clientId: {
      env: 'AEGISPAY_KAFKA_CLIENT_ID',
      schema: text,
      default: 'aegispay',
      doc: "How this process is called in the brokers' logs and quotas."
    },
    tls: {
      env: 'AEGISPAY_KAFKA_TLS',
      schema: Type.Boolean(),
      default: 'false',
      doc: 'Whether the brokers are talked to over TLS.'
    },
    tlsCa: {
      env: 'AEGISPAY_KAFKA_TLS_CA_FILE',
      schema: text,
      default: null,
      file: true,
      doc: 'PEM file of the authority that signed the certificates of the brokers, when it is not a public one.'
    },
    tlsCert: {
      env: 'AEGISPAY_KAFKA_TLS_CERT_FILE',
      schema: text,
      default: null,
      file: true,
      doc: 'PEM file of our own certificate, for brokers that ask for one.'
    },
    tlsKey: {
      env: 'AEGISPAY_KAFKA_TLS_KEY_FILE',
      schema: text,
      default: null,
      file: true,
      doc: 'PEM file of the key of our own certificate.'
    },
    saslMechanism: {
      env: 'AEGISPAY_KAFKA_SASL_MECHANISM',
      schema: Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      default: null,
      doc: 'How to log in to the brokers; left out, nobody logs in. Use it with TLS.'
    },
    saslUsername: {
      env: 'AEGISPAY_KAFKA_SASL_USERNAME',
      schema: text,
      default: null,
      doc: 'The user to log in as.'
    },
    saslPassword: {
      env: 'AEGISPAY_KAFKA_SASL_PASSWORD',
      schema: text,
      default: null,
      secret: true,
      doc: "That user's password."
    }
  },
  schemaRegistry: {
    url: {
      env: 'AEGISPAY_SCHEMA_REGISTRY_URL',
      schema: httpUrl,
      doc: 'Base URL of a registry with the API of the Confluent Schema Registry.'
    }
  },
  postgres: {
    url: {
      env: 'AEGISPAY_POSTGRES_URL',
      schema: Type.String({ pattern: '^postgres(ql)?://' }),
      secret: true,
      doc: 'The database of the read models, `postgres://user:password@host:port/database`.'
    },
    tlsCa: {
      env: 'AEGISPAY_POSTGRES_TLS_CA_FILE',
      schema: text,
      default: null,
      file: true,
      doc: "PEM file of the authority that signed the server's certificate. Given, the connection uses TLS and the certificate is checked against it."
    }
  },
  redis: {
    url: {
      env: 'AEGISPAY_REDIS_URL',
      schema: Type.String({ pattern: '^rediss?://' }),
      secret: true,
      doc: 'Redis, `redis://:password@host:port/0`; `rediss://` for TLS. It only makes things faster.'
    },
    tlsCa: {
      env: 'AEGISPAY_REDIS_TLS_CA_FILE',
      schema: text,
      default: null,
      file: true,
      doc: "PEM file of the authority that signed the server's certificate, when it is not a public one."
    }
  },
  http: {
    host: {
      env: 'AEGISPAY_HTTP_HOST',
      schema: text,
      default: '127.0.0.1',
      doc: 'Address to listen on; `0.0.0.0` for all.'
    },
    port: {
      env: 'AEGISPAY_HTTP_PORT',
      schema: port,
      default: '8080',
      doc: 'Port to listen on; 0 takes a free one.'
    },
    answerWaitMs: {
      env: 'AEGISPAY_ANSWER_WAIT_MS',
      schema: milliseconds(0, 60_000),
      default: '10000',
      unit: 'ms',
      doc: 'How long a command waits for its payment to rest before it is answered 202.'
    },
    addressKey: {
      env: 'AEGISPAY_ADDRESS_KEY',
      schema: Type.String({ minLength: 16 }),
      default: null,
      secret: true,
      doc: "By which digests of customers' network addresses are made, for fraud rules that count by them; left out, addresses that requests name are dropped. The same at every instance; changed, all addresses are new ones."
    },
    trustedProxies: {
      env: 'AEGISPAY_TRUSTED_PROXIES',
      schema: Type.Array(Type.String({ pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$' })),
      default: null,
      doc: 'Addresses and ranges, such as `10.0.0.0/8`, of the proxies before us, separated by commas. Only from them is `X-Forwarded-For` believed when requests are counted by address; left out, from nobody.'
    },
    keyRequestsPerMinute: {
      env: 'AEGISPAY_KEY_REQUESTS_PER_MINUTE',
      schema: count(1_000_000_000),
      default: '30000',
      doc: 'Requests that may be made with one API key in a minute, at all instances together. A merchant can have a limit of its own for all of its keys, as control data.'
    },
    addressRequestsPerMinute: {
      env: 'AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE',
      schema: count(1_000_000_000),
      default: '60000',
      doc: 'Requests that may come from one address (of IPv6, one /64) in a minute, with whichever keys or none. Raise it where all merchants come through one proxy that is not trusted.'
    },
    maxRequests: {
      env: 'AEGISPAY_MAX_REQUESTS',
      schema: count(1_000_000),
      default: '2000',
      doc: 'Requests that one process works on at a time; a quarter of the room is kept for reads. What comes beyond is answered 503. Mostly these wait for the answers of gateways: about requests per second times seconds until a payment rests.'
    },
    maxWaitingPayments: {
      env: 'AEGISPAY_MAX_WAITING_PAYMENTS',
      schema: count(100_000_000),
      default: '100000',
      doc: 'Payments of all merchants that may wait for a gateway. While as many do, as when all gateways are out for long, `POST /v1/payments` is answered 503. It is counted once a second, in the read model; a command that is written straight onto the topic is never refused for it.'
    },
    maxStreams: {
      env: 'AEGISPAY_MAX_STREAMS',
      schema: count(100_000),
      default: '1000',
      doc: 'Live streams that one process keeps open at a time, of all merchants.'
    },
    keyStreams: {
      env: 'AEGISPAY_KEY_STREAMS',
      schema: count(100_000),
      default: '100',
      doc: 'Live streams of one API key that one process keeps open at a time.'
    },
    maxDelayMs: {
      env: 'AEGISPAY_MAX_EVENT_LOOP_DELAY_MS',
      schema: milliseconds(10, 60_000),
      default: '500',
      unit: 'ms',
      doc: 'Delay of the event loop from which writes are answered 503, and reads at four times as much.'
    }
  },
  topics: {
    prefix: {
      env: 'AEGISPAY_PREFIX',
      schema: Type.String({ pattern: '^[a-zA-Z0-9._-]{0,60}$' }),
      default: '',
      doc: 'Put before the names of all topics, consumer groups, transactional ids and Redis keys, so that installations can share services.'
    },
    partitions: {
      env: 'AEGISPAY_PARTITIONS',
      schema: count(1000),
      default: '4',
      doc: 'Partitions of the payment topics: as many processors can share the work. It counts when the topics are created; after that [it takes a copy](operating.md#more-partitions).'
    },
    replicationFactor: {
      env: 'AEGISPAY_REPLICATION_FACTOR',
      schema: count(9),
      default: null,
      doc: 'Copies of each partition, at creation. Left out, 3, or as many as there are brokers.'
    },
    minIsr: {
      env: 'AEGISPAY_MIN_ISR',
      schema: count(9),
      default: null,
      doc: 'Copies that must have a record before it counts as written. Left out, one less than the replication factor, at least 1.'
    }
  },
  processing: {
    sessionTimeoutMs: {
      env: 'AEGISPAY_SESSION_TIMEOUT_MS',
      schema: milliseconds(1_000, 300_000),
      default: '6000',
      unit: 'ms',
      doc: 'Silence after which an instance counts as dead and its partitions go to others.'
    },
    transactionTimeoutMs: {
      env: 'AEGISPAY_TRANSACTION_TIMEOUT_MS',
      schema: milliseconds(500, 30_000),
      default: '4000',
      unit: 'ms',
      doc: 'Time after which the broker aborts an abandoned transaction. Below the session timeout, so that the next owner never has to wait for it.'
    },
    noProgressMs: {
      env: 'AEGISPAY_NO_PROGRESS_MS',
      schema: milliseconds(60_000, 3_600_000),
      default: '120000',
      unit: 'ms',
      doc: 'Time after which a process ends that has work, could do it and gets nowhere ([operating.md](operating.md#when-a-process-ends-itself)).'
    },
    maxInFlight: {
      env: 'AEGISPAY_MAX_IN_FLIGHT',
      schema: count(10_000_000),
      default: '2000',
      doc: 'Payments of one partition that may wait for a gateway before its commands wait too.'
    },
    velocityWaitMs: {
      env: 'AEGISPAY_VELOCITY_WAIT_MS',
      schema: milliseconds(1, 1_000),
      default: '20',
      unit: 'ms',
      doc: 'How long a batch of payments waits for Redis to say how often their customers, tokens and addresses have paid. What does not come in time is recorded as missing.'
    },
    stateDir: {
      env: 'AEGISPAY_STATE_DIR',
      schema: text,
      default: '.aegispay/state',
      doc: "Folder on this machine's disk where a processor keeps copies of its payments' states, so that they need not fit in memory. Processes may share it. Keep it over restarts: without it everything is read from Kafka again, which only takes time."
    }
  },
  gateways: {
    apiKeys: {
      env: 'AEGISPAY_GATEWAY_API_KEYS',
      schema: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}=[\\x21-\\x2b\\x2d-\\x7e]{8,512}$' })),
      default: null,
      secret: true,
      doc: 'What gateways know us by: `<gateway id>=<API key>`, separated by commas. A gateway whose adapter needs a key, as that of Stripe does, is not called without one. The sandbox needs none.'
    },
    notificationSecrets: {
      env: 'AEGISPAY_GATEWAY_NOTIFICATION_SECRETS',
      schema: Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9._-]{1,64}=whsec_[A-Za-z0-9+/]{24,128}={0,2}$'
        })
      ),
      default: null,
      secret: true,
      doc: 'By which notifications of gateways are known to be theirs: `<gateway id>=whsec_<secret>`, separated by commas. A gateway that signs after Standard Webhooks, as the sandbox does, has base64 there; of Stripe it is the signing secret of the webhook endpoint as the dashboard shows it. A gateway that changes its secret stands there twice for as long as it may still use the old one. A gateway without one cannot notify.'
    }
  },
  hooks: {
    modules: {
      env: 'AEGISPAY_HOOKS',
      schema: Type.Array(text),
      default: null,
      doc: 'Paths of [modules of your own](hooks.md), separated by commas: gateways, fraud checks, guards, routing signals and listeners. Relative ones are those of the working directory. The same for the roles ingress, processor, gateway and listener.'
    },
    decisionMs: {
      env: 'AEGISPAY_HOOK_DECISION_MS',
      schema: milliseconds(1, 1_000),
      default: '50',
      unit: 'ms',
      doc: 'How long a batch of payments waits for fraud checks, guards and routing signals, all of them at the same time. What does not come in time is recorded as missing.'
    },
    listenerMs: {
      env: 'AEGISPAY_HOOK_LISTENER_MS',
      schema: milliseconds(100, 3_600_000),
      default: '30000',
      unit: 'ms',
      doc: 'How long a listener may take for one batch of events before it gets it again.'
    },
    memoryMb: {
      env: 'AEGISPAY_HOOK_MEMORY_MB',
      schema: Type.Integer({ minimum: 16, maximum: 65_536 }),
      default: '128',
      doc: 'Megabytes that the heap of each hook may take, and its buffers as many; one that takes more is started anew.'
    }
  },
  webhooks: {
    keys: {
      env: 'AEGISPAY_WEBHOOK_KEYS',
      schema: Type.Array(Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }), { minItems: 1 }),
      default: null,
      secret: true,
      doc: 'Under which the secrets of webhook endpoints are encrypted in the database: base64 of 32 random bytes, as `openssl rand -base64 32` draws them. Of several, separated by commas, the first encrypts and all decrypt. Left out, there are no webhooks.'
    },
    allowLoopback: {
      env: 'AEGISPAY_WEBHOOK_ALLOW_LOOPBACK',
      schema: Type.Boolean(),
      default: 'false',
      doc: 'Whether webhooks may go to this very machine, and over plain HTTP there. For trying things out; never where merchants are strangers.'
    },
    timeoutMs: {
      env: 'AEGISPAY_WEBHOOK_TIMEOUT_MS',
      schema: milliseconds(100, 15_000),
      default: '10000',
      unit: 'ms',
      doc: 'How long a receiver may take to answer a webhook, from the look-up of its name to the status of its answer.'
    },
    retryMs: {
      env: 'AEGISPAY_WEBHOOK_RETRY_MS',
      schema: Type.Array(Type.String({ pattern: '^[1-9][0-9]{0,8}$' }), { minItems: 1, maxItems: 50 }),
      default: '5000,300000,1800000,7200000,18000000,36000000,50400000,72000000,86400000',
      unit: 'ms',
      doc: 'How long after each failed attempt a webhook is tried again, separated by commas; up to a fifth is added at random. After one more attempt than there are pauses, it has failed. Unless given, some 75 hours.'
    },
    pauseAfterMs: {
      env: 'AEGISPAY_WEBHOOK_PAUSE_AFTER_MS',
      schema: milliseconds(1_000, 2_592_000_000),
      default: '259200000',
      unit: 'ms',
      doc: 'How long an endpoint may fail without one success before it is paused. Shorter than the retries take, so that what happened meanwhile waits instead of failing.'
    }
  },
  audit: {
    key: {
      env: 'AEGISPAY_AUDIT_KEY_FILE',
      schema: text,
      default: null,
      file: true,
      doc: 'PEM file of the private key that signs the anchors of the audit trail, as `aegispay audit keygen` makes one. For the role projector. Left out, there are no anchors, and a trail that was written anew all through cannot be told from the true one ([audit.md](audit.md)).'
    },
    publicKeys: {
      env: 'AEGISPAY_AUDIT_PUBLIC_KEYS_FILE',
      schema: text,
      default: null,
      file: true,
      doc: 'PEM file of public keys, one after the other: by these `aegispay audit verify` checks anchors. Keys of before stay in it for as long as their anchors are to count. The public key of `AEGISPAY_AUDIT_KEY_FILE` counts too.'
    },
    anchorRecords: {
      env: 'AEGISPAY_AUDIT_ANCHOR_RECORDS',
      schema: count(10_000_000),
      default: '10000',
      doc: 'Records of a partition after which the audit trail is anchored, at most a second later.'
    },
    anchorMs: {
      env: 'AEGISPAY_AUDIT_ANCHOR_MS',
      schema: milliseconds(100, 86_400_000),
      default: '30000',
      unit: 'ms',
      doc: 'Time after which it is anchored in any case, if there are records that no anchor covers.'
    },
    anchorDir: {
      env: 'AEGISPAY_AUDIT_ANCHOR_DIR',
      schema: text,
      default: null,
      doc: 'Folder to which each anchor is added as well, a line of JSON: best on a disk that can only be added to, or one that is copied away.'
    }
  },
  mail: {
    host: {
      env: 'AEGISPAY_SMTP_HOST',
      schema: Type.String({ minLength: 1 }),
      default: null,
      doc: 'The SMTP server that takes mails to customers. Left out, there are none.'
    },
    port: {
      env: 'AEGISPAY_SMTP_PORT',
      schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
      default: '587',
      doc: 'Its port.'
    },
    security: {
      env: 'AEGISPAY_SMTP_SECURITY',
      schema: Type.Enum(['starttls', 'tls', 'none']),
      default: 'starttls',
      doc: '`starttls`: the connection turns to TLS before anything is said, or nothing is; `tls`: it is TLS from the beginning, as on port 465; `none`: in the clear, for a server on this machine.'
    },
    user: {
      env: 'AEGISPAY_SMTP_USER',
      schema: Type.String({ minLength: 1 }),
      default: null,
      doc: 'Whom to sign in as; left out, nobody signs in.'
    },
    password: {
      env: 'AEGISPAY_SMTP_PASSWORD',
      schema: Type.String({ minLength: 1 }),
      default: null,
      secret: true,
      doc: 'The password of that user.'
    },
    retryMs: {
      env: 'AEGISPAY_MAIL_RETRY_MS',
      schema: Type.Array(Type.String({ pattern: '^[1-9][0-9]{0,8}$' }), { minItems: 1, maxItems: 50 }),
      default: '60000,300000,1800000,7200000,21600000,43200000,86400000',
      unit: 'ms',
      doc: 'How long after each failed attempt a mail is tried again, separated by commas; up to a fifth is added at random. After one more attempt than there are pauses, it has failed. Unless given, some 45 hours.'
    }
  },
  log: {
    level: {
      env: 'AEGISPAY_LOG_LEVEL',
      schema: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
      default: 'info',
      doc: 'The least severe level that is logged: fatal, error, warn, info, debug, trace, or silent.'
    },
    requests: {
      env: 'AEGISPAY_LOG_REQUESTS',
      schema: Type.Enum(['all', 'failed', 'none']),
      default: 'all',
      doc: 'Which answered requests get a line at level info: all, those that failed with a status of 500 or above, or none. The others get theirs at level debug.'
    }
  },
  tracing: {
    endpoint: {
      env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      schema: httpUrl,
      default: null,
      doc: 'Base URL of an OpenTelemetry collector, such as `http://collector:4318`. Given, every request and payment is traced ([operating.md](operating.md#traces)); left out, nothing is, and it costs nothing. The other `OTEL_` variables of the OpenTelemetry SDK count as usual: `OTEL_EXPORTER_OTLP_PROTOCOL`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES`.'
    },
    serviceName: {
      env: 'OTEL_SERVICE_NAME',
      schema: text,
      default: 'aegispay',
      doc: 'How this process is called in traces.'
    }
  },
  demo: {
    sandboxUrl: {
      env: 'AEGISPAY_SANDBOX_URL',
      schema: httpUrl,
      doc: 'Where the sandbox gateways are. For `aegispay seed --demo` only.'
    },
    keySecret: {
      env: 'AEGISPAY_DEMO_KEY_SECRET',
      schema: Type.String({ pattern: '^[A-Za-z0-9]{16,128}$' }),
      default: null,
      secret: true,
      doc: "The secret part of the demo merchant's API key; left out, one is drawn. For `aegispay seed --demo` only."
    },
    adminSecret: {
      env: 'AEGISPAY_DEMO_ADMIN_SECRET',
      schema: Type.String({ pattern: '^[A-Za-z0-9]{16,128}$' }),
      default: null,
      secret: true,
      doc: "The secret part of the demo's admin key; left out, one is drawn. For `aegispay seed --demo` only."
    }
  }
} as const satisfies Record<string, Record<string, Setting>>

type Table = typeof settingsTable
export type SettingsGroup = keyof Table

type Parsed<S extends Setting> = Static<S['schema']> | (S extends { default: null } ? null : never)

/** The settings as the product uses them: parsed, checked and frozen. */
export type Settings = {
  readonly [G in SettingsGroup]: {
    readonly [K in keyof Table[G]]: Table[G][K] extends Setting ? Readonly<Parsed<Table[G][K]>> : never
  }
}

/** Variables of the sandbox, the tests and the local stack, which are not ours to judge. */
export const foreignVariables: readonly RegExp[] = [
  /^AEGISPAY_SANDBOX_(HOST|PORT|DATA|LATENCY_MS|SLOW_MS|LATER_MS|NOTIFY_URL|NOTIFY_SECRET)$/,
  /^AEGISPAY_(TEST_STACK|LAUNCHER_PID)$/,
  /^AEGISPAY_STACK_[A-Z_]+$/
]
