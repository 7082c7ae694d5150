// Generated from the descriptions of the routes by `npm run generate`. Do not edit.

export interface paths {
  '/v1/payments': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listPayments']
    put?: never
    post: operations['startPayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/capture': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['capturePayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['cancelPayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/refunds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listRefunds']
    put?: never
    post: operations['refundPayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['retryPayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/resolve': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['resolveOutcome']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/review': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['resolveReview']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findPayment']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/payments/{id}/routing': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['explainRouting']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/stream': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['streamEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/analytics/payments': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['analysePayments']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/analytics/in-flight': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['readInFlight']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/unknown': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listUnknown']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/reviews': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listReviews']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/gateways/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listGatewayHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/session': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findSession']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhook-endpoints': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listWebhookEndpoints']
    put?: never
    post: operations['createWebhookEndpoint']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhook-endpoints/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findWebhookEndpoint']
    put?: never
    post?: never
    delete: operations['deleteWebhookEndpoint']
    options?: never
    head?: never
    patch: operations['changeWebhookEndpoint']
    trace?: never
  }
  '/v1/webhook-deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listWebhookDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhook-deliveries/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findWebhookDelivery']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhook-endpoints/{id}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['testWebhookEndpoint']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhook-deliveries/{id}/redeliver': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['redeliverWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-policies/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findRoutingPolicy']
    put: operations['putRoutingPolicy']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-policies': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listRoutingPolicies']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-policies/{id}/history': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['historyOfRoutingPolicy']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-policies/validate': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['validateRoutingPolicy']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-replays': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['startRoutingReplay']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/routing-replays/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findRoutingReplay']
    put?: never
    post?: never
    delete: operations['cancelRoutingReplay']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/dead-letters': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listDeadLetters']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/dead-letters/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['findDeadLetter']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/dead-letters/{id}/redrive': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: operations['redriveDeadLetter']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/admin/lag': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: operations['listLag']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    /** AcceptedCommand */
    AcceptedCommand: {
      id: string
      position: string
    }
    /** CancelRequest */
    CancelRequest: {
      reason?: string
    }
    /** CaptureRequest */
    CaptureRequest: {
      amount?: number
    }
    /** DeadLetter */
    DeadLetter: {
      id: string
      /** Format: date-time */
      at: string
      code: string
      detail: string
      topic: string
      partition: number
      offset: number
      redriven: {
        /** Format: date-time */
        at: string
        by: string
        reason: string
        to: string
      }[]
      refusal: string | null
      key: string | null
      headers: {
        [key: string]: unknown
      }
      type: string | null
      value: unknown
    }
    /** DeadLettersPage */
    DeadLettersPage: {
      data: {
        id: string
        /** Format: date-time */
        at: string
        code: string
        detail: string
        topic: string
        partition: number
        offset: number
        redrivenAt: string | null
        redrivenBy: string | null
      }[]
      nextCursor: string | null
    }
    /** Event */
    Event: {
      id: string
      sequence: number
      type: string
      /** Format: date-time */
      occurredAt: string
      causationId: string | null
      correlationId: string | null
      requestedBy: string | null
      data: {
        [key: string]: unknown
      }
    }
    /** EventList */
    EventList: {
      data: components['schemas']['Event'][]
    }
    /** GatewayHealth */
    GatewayHealth: {
      gateway: string
      breaker: string
      calls: number
      successShare: number | null
      approvalShare: number | null
      latency: {
        p50Ms: number | null
        p95Ms: number | null
        p99Ms: number | null
      }
      inFlight: number
      queued: number
      breakdown: {
        currency: string
        method: string | null
        calls: number
        successShare: number | null
        approvalShare: number | null
        latency: {
          p50Ms: number | null
          p95Ms: number | null
          p99Ms: number | null
        }
      }[]
      executors: {
        executor: string
        breaker: string
        /** Format: date-time */
        breakerSince: string
        calls: number
        ageMs: number
      }[]
    }
    /** GatewayHealthList */
    GatewayHealthList: {
      data: components['schemas']['GatewayHealth'][]
    }
    /** HeldPage */
    HeldPage: {
      data: components['schemas']['HeldPayment'][]
      nextCursor: string | null
    }
    /** HeldPayment */
    HeldPayment: {
      paymentId: string
      merchantId: string
      customerId: string
      amount: number
      currency: string
      version: number
      /** Format: date-time */
      until: string
    }
    /** InFlight */
    InFlight: {
      data: {
        currency: string
        /** @enum {unknown} */
        status: 'INITIATED' | 'PROCESSING' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDING'
        count: number
        amount: number
      }[]
    }
    /** IssuedWebhookEndpoint */
    IssuedWebhookEndpoint: {
      id: string
      url: string
      description: string | null
      eventTypes:
        | (
            | 'payment.initiated'
            | 'payment.authorized'
            | 'payment.captured'
            | 'payment.completed'
            | 'payment.failed'
            | 'payment.cancelled'
            | 'payment.expired'
            | 'payment.retried'
            | 'payment.action_required'
            | 'payment.retry_scheduled'
            | 'payment.settlement_retried'
            | 'refund.accepted'
            | 'refund.initiated'
            | 'refund.failed'
            | 'payment.partially_refunded'
            | 'payment.refunded'
            | 'payment.refunds_closed'
            | 'payment.fraud_assessed'
            | 'payment.review_resolved'
            | 'gateway.selected'
            | 'gateway.operation_requested'
            | 'gateway.operation_failed'
            | 'outcome.pending'
            | 'outcome.unknown'
            | 'outcome.lookup_requested'
            | 'outcome.resolved'
            | 'outcome.contradictory'
            | 'compensation.requested'
            | 'compensation.postponed'
            | 'compensation.succeeded'
            | 'compensation.failed'
          )[]
        | null
      /** @enum {unknown} */
      status: 'enabled' | 'paused' | 'disabled'
      statusReason: string | null
      failingSince: string | null
      /** Format: date-time */
      createdAt: string
      /** Format: date-time */
      updatedAt: string
      secret: string
    }
    /** Lag */
    Lag: {
      data: {
        group: string
        /** @enum {unknown} */
        role: 'processor' | 'gateway' | 'projector' | 'listener' | 'delivery'
        state: string
        members: number
        /** @enum {unknown} */
        positionsIn: 'changelog' | 'group' | 'PostgreSQL'
        lag: number | null
        faults: string[]
        partitions: {
          topic: string
          partition: number
          position: number | null
          end: number
          lag: number | null
          owner: string | null
          host: string | null
        }[]
      }[]
    }
    /** Payment */
    Payment: {
      id: string
      /** @enum {unknown} */
      status:
        | 'INITIATED'
        | 'PROCESSING'
        | 'CANCELLED'
        | 'FAILED'
        | 'AUTHORIZED'
        | 'CAPTURED'
        | 'EXPIRED'
        | 'COMPLETED'
        | 'REFUND_INITIATED'
        | 'PARTIALLY_REFUNDED'
        | 'REFUNDED'
      amount: number
      currency: string
      /** @enum {unknown} */
      capture: 'automatic' | 'manual'
      authorizedAmount: number
      capturedAmount: number
      refundedAmount: number
      gateway: string | null
      version: number
      customer: {
        id: string
        country?: string
      }
      description?: string
      metadata: {
        [key: string]: string
      }
      failure?: {
        stage: string
        code: string
        message: string
        customerHint: {
          /** @enum {unknown} */
          code:
            | 'CHECK_DETAILS'
            | 'USE_ANOTHER_METHOD'
            | 'CONTACT_ISSUER'
            | 'CONFIRM_PAYMENT'
            | 'TRY_LATER'
            | 'CONTACT_MERCHANT'
            | 'NOTHING'
          message: string
        }
      }
      operation?: {
        id: string
        /** @enum {unknown} */
        kind: 'authorize' | 'purchase' | 'capture' | 'void' | 'refund' | 'settle'
        /** @enum {unknown} */
        status: 'requested' | 'pending' | 'needs-customer' | 'unknown' | 'retry-scheduled' | 'settling'
        /** Format: uri */
        redirectUrl?: string
      }
      review?: {
        /** @enum {unknown} */
        status: 'pending' | 'approved' | 'rejected'
        /** Format: date-time */
        until?: string
      }
      refund?: {
        id: string
        /** @enum {unknown} */
        status: 'pending' | 'succeeded' | 'failed'
        amount: number
      }
      /** Format: date-time */
      createdAt: string
      /** Format: date-time */
      updatedAt: string
    }
    /** PaymentFigures */
    PaymentFigures: {
      /** Format: date-time */
      hour?: string
      /** Format: date-time */
      day?: string
      currency: string
      method?: string | null
      merchant?: string | null
      gateway?: string | null
      variant?: string | null
      payments: {
        initiated: {
          count: number
          amount: number
        }
        authorized: {
          count: number
          amount: number
        }
        captured: {
          count: number
          amount: number
        }
        completed: {
          count: number
          amount: number
        }
        failed: {
          count: number
          amount: number
        }
        settlementFailed: {
          count: number
          amount: number
        }
        cancelled: {
          count: number
          amount: number
        }
        expired: {
          count: number
          amount: number
        }
        retried: number
      }
      attempts: {
        approved: number
        declined: number
        failed: number
        unknown: number
      }
      approval: {
        payments: number | null
        attempts: number | null
      }
      refunds: {
        succeeded: {
          count: number
          amount: number
        }
        failed: {
          count: number
          amount: number
        }
      }
      fees: {
        payments: number
        amount: number
      }
      latency: {
        authorization: {
          count: number
          p50Ms: number | null
          p95Ms: number | null
          p99Ms: number | null
        }
        completion: {
          count: number
          p50Ms: number | null
          p95Ms: number | null
          p99Ms: number | null
        }
        gatewayAnswer: {
          count: number
          p50Ms: number | null
          p95Ms: number | null
          p99Ms: number | null
        }
      }
    }
    /** PaymentFiguresPage */
    PaymentFiguresPage: {
      /** Format: date-time */
      from: string
      /** Format: date-time */
      to: string
      data: components['schemas']['PaymentFigures'][]
      nextCursor: string | null
    }
    /** PaymentPage */
    PaymentPage: {
      data: components['schemas']['Payment'][]
      nextCursor: string | null
    }
    /** PaymentRequest */
    PaymentRequest: {
      amount: number
      /** @enum {unknown} */
      currency:
        | 'AED'
        | 'AFN'
        | 'ALL'
        | 'AMD'
        | 'AOA'
        | 'ARS'
        | 'AUD'
        | 'AWG'
        | 'AZN'
        | 'BAM'
        | 'BBD'
        | 'BDT'
        | 'BHD'
        | 'BIF'
        | 'BMD'
        | 'BND'
        | 'BOB'
        | 'BOV'
        | 'BRL'
        | 'BSD'
        | 'BTN'
        | 'BWP'
        | 'BYN'
        | 'BZD'
        | 'CAD'
        | 'CDF'
        | 'CHE'
        | 'CHF'
        | 'CHW'
        | 'CLF'
        | 'CLP'
        | 'CNY'
        | 'COP'
        | 'COU'
        | 'CRC'
        | 'CUP'
        | 'CVE'
        | 'CZK'
        | 'DJF'
        | 'DKK'
        | 'DOP'
        | 'DZD'
        | 'EGP'
        | 'ERN'
        | 'ETB'
        | 'EUR'
        | 'FJD'
        | 'FKP'
        | 'GBP'
        | 'GEL'
        | 'GHS'
        | 'GIP'
        | 'GMD'
        | 'GNF'
        | 'GTQ'
        | 'GYD'
        | 'HKD'
        | 'HNL'
        | 'HTG'
        | 'HUF'
        | 'IDR'
        | 'ILS'
        | 'INR'
        | 'IQD'
        | 'IRR'
        | 'ISK'
        | 'JMD'
        | 'JOD'
        | 'JPY'
        | 'KES'
        | 'KGS'
        | 'KHR'
        | 'KMF'
        | 'KPW'
        | 'KRW'
        | 'KWD'
        | 'KYD'
        | 'KZT'
        | 'LAK'
        | 'LBP'
        | 'LKR'
        | 'LRD'
        | 'LSL'
        | 'LYD'
        | 'MAD'
        | 'MDL'
        | 'MGA'
        | 'MKD'
        | 'MMK'
        | 'MNT'
        | 'MOP'
        | 'MRU'
        | 'MUR'
        | 'MVR'
        | 'MWK'
        | 'MXN'
        | 'MXV'
        | 'MYR'
        | 'MZN'
        | 'NAD'
        | 'NGN'
        | 'NIO'
        | 'NOK'
        | 'NPR'
        | 'NZD'
        | 'OMR'
        | 'PAB'
        | 'PEN'
        | 'PGK'
        | 'PHP'
        | 'PKR'
        | 'PLN'
        | 'PYG'
        | 'QAR'
        | 'RON'
        | 'RSD'
        | 'RUB'
        | 'RWF'
        | 'SAR'
        | 'SBD'
        | 'SCR'
        | 'SDG'
        | 'SEK'
        | 'SGD'
        | 'SHP'
        | 'SLE'
        | 'SOS'
        | 'SRD'
        | 'SSP'
        | 'STN'
        | 'SVC'
        | 'SYP'
        | 'SZL'
        | 'THB'
        | 'TJS'
        | 'TMT'
        | 'TND'
        | 'TOP'
        | 'TRY'
        | 'TTD'
        | 'TWD'
        | 'TZS'
        | 'UAH'
        | 'UGX'
        | 'USD'
        | 'USN'
        | 'UYI'
        | 'UYU'
        | 'UYW'
        | 'UZS'
        | 'VED'
        | 'VES'
        | 'VND'
        | 'VUV'
        | 'WST'
        | 'XAD'
        | 'XAF'
        | 'XCD'
        | 'XCG'
        | 'XOF'
        | 'XPF'
        | 'YER'
        | 'ZAR'
        | 'ZMW'
        | 'ZWG'
      /** @enum {unknown} */
      capture?: 'automatic' | 'manual'
      captureDelayMs?: number
      customer: {
        id: string
        country?: string
        email?: string
        address?: string
        name?: string
        phone?: string
      }
      paymentMethod: {
        /** @enum {unknown} */
        type: 'card'
        token: string
        network?: string
      }
      description?: string
      metadata?: {
        [key: string]: string
      }
    }
    /** Problem */
    Problem: {
      type: string
      title: string
      status: number
      detail: string
      code: string
      errors?: {
        path: string
        message: string
      }[]
    }
    /** Redrive */
    Redrive: {
      reason: string
      again?: boolean
    }
    /** Redriven */
    Redriven: {
      id: string
      to: string
    }
    /** Refund */
    Refund: {
      id: string
      /** @enum {unknown} */
      status: 'pending' | 'succeeded' | 'failed'
      amount: number
      reason?: string
      failure?: {
        code: string
        message: string
      }
      /** Format: date-time */
      createdAt: string
      /** Format: date-time */
      updatedAt: string
    }
    /** RefundAnswer */
    RefundAnswer: {
      id: string
      /** @enum {unknown} */
      status: 'pending' | 'succeeded' | 'failed'
      amount: number
    }
    /** RefundList */
    RefundList: {
      data: components['schemas']['Refund'][]
    }
    /** RefundRequest */
    RefundRequest: {
      amount?: number
      reason?: string
    }
    /** ResolveRequest */
    ResolveRequest: {
      operationId: string
      /** @enum {unknown} */
      outcome: 'succeeded' | 'failed'
      reason: string
      reference?: string
    }
    /** ReviewRequest */
    ReviewRequest: {
      /** @enum {unknown} */
      decision: 'approve' | 'reject'
      reason: string
    }
    /** RoutingCandidate */
    RoutingCandidate: {
      gateway: string
      chosen: boolean
      because: string
      excludedBy: string | null
      score: number | null
      probability: number | null
      terms: {
        [key: string]: number
      }
    }
    /** RoutingChoice */
    RoutingChoice: {
      sequence: number
      /** Format: date-time */
      occurredAt: string
      gateway: string
      summary: string
      policy: {
        id: string
        version: string
      }
      variant: string | null
      decidedBy: string | null
      probability: number
      features: {
        [key: string]: string
      }
      candidates: components['schemas']['RoutingCandidate'][]
    }
    /** RoutingExplanation */
    RoutingExplanation: {
      data: components['schemas']['RoutingChoice'][]
    }
    /** RoutingPoliciesPage */
    RoutingPoliciesPage: {
      data: components['schemas']['RoutingPolicy'][]
      nextCursor: string | null
    }
    /** RoutingPolicy */
    RoutingPolicy: {
      id: string
      rules?: {
        name: string
        when?: {
          currencies?: string[]
          countries?: string[]
          methods?: string[]
          networks?: string[]
          merchants?: string[]
          customers?: string[]
          amount?: {
            from?: number
            below?: number
          }
          hours?: {
            from: number
            until: number
          }
        }
        allow?: string[]
        prefer?: string[]
        split?: {
          [key: string]: number
        }
      }[]
      priorities?: {
        [key: string]: number
      }
      constraints?: {
        minHealth?: number
        maxCostBasisPoints?: number
        excluded?: string[]
      }
      weights?: {
        approval?: number
        cost?: number
        latency?: number
        health?: number
        signals?: {
          [key: string]: number
        }
      }
      /** @enum {unknown} */
      choice?: 'best' | 'thompson'
      exploration?: number
      sticky?: boolean
      variants?: {
        name: string
        share: number
        guardrail?: {
          minApproval?: number
          maxDrop?: number
          minPayments: number
        }
        rules?: {
          name: string
          when?: {
            currencies?: string[]
            countries?: string[]
            methods?: string[]
            networks?: string[]
            merchants?: string[]
            customers?: string[]
            amount?: {
              from?: number
              below?: number
            }
            hours?: {
              from: number
              until: number
            }
          }
          allow?: string[]
          prefer?: string[]
          split?: {
            [key: string]: number
          }
        }[]
        priorities?: {
          [key: string]: number
        }
        constraints?: {
          minHealth?: number
          maxCostBasisPoints?: number
          excluded?: string[]
        }
        weights?: {
          approval?: number
          cost?: number
          latency?: number
          health?: number
          signals?: {
            [key: string]: number
          }
        }
        /** @enum {unknown} */
        choice?: 'best' | 'thompson'
        exploration?: number
        sticky?: boolean
      }[]
    }
    /** RoutingPolicyHistory */
    RoutingPolicyHistory: {
      data: components['schemas']['RoutingPolicyVersion'][]
      nextCursor: string | null
    }
    /** RoutingPolicyToWrite */
    RoutingPolicyToWrite: {
      id: string
      rules?: {
        name: string
        when?: {
          currencies?: string[]
          countries?: string[]
          methods?: string[]
          networks?: string[]
          merchants?: string[]
          customers?: string[]
          amount?: {
            from?: number
            below?: number
          }
          hours?: {
            from: number
            until: number
          }
        }
        allow?: string[]
        prefer?: string[]
        split?: {
          [key: string]: number
        }
      }[]
      priorities?: {
        [key: string]: number
      }
      constraints?: {
        minHealth?: number
        maxCostBasisPoints?: number
        excluded?: string[]
      }
      weights?: {
        approval?: number
        cost?: number
        latency?: number
        health?: number
        signals?: {
          [key: string]: number
        }
      }
      /** @enum {unknown} */
      choice?: 'best' | 'thompson'
      exploration?: number
      sticky?: boolean
      variants?: {
        name: string
        share: number
        guardrail?: {
          minApproval?: number
          maxDrop?: number
          minPayments: number
        }
        rules?: {
          name: string
          when?: {
            currencies?: string[]
            countries?: string[]
            methods?: string[]
            networks?: string[]
            merchants?: string[]
            customers?: string[]
            amount?: {
              from?: number
              below?: number
            }
            hours?: {
              from: number
              until: number
            }
          }
          allow?: string[]
          prefer?: string[]
          split?: {
            [key: string]: number
          }
        }[]
        priorities?: {
          [key: string]: number
        }
        constraints?: {
          minHealth?: number
          maxCostBasisPoints?: number
          excluded?: string[]
        }
        weights?: {
          approval?: number
          cost?: number
          latency?: number
          health?: number
          signals?: {
            [key: string]: number
          }
        }
        /** @enum {unknown} */
        choice?: 'best' | 'thompson'
        exploration?: number
        sticky?: boolean
      }[]
    }
    /** RoutingPolicyVersion */
    RoutingPolicyVersion: {
      version: number
      /** Format: date-time */
      changedAt: string
      changedBy: string
      reason: string | null
      document: components['schemas']['RoutingPolicy'] | null
    }
    /** RoutingReplay */
    RoutingReplay: {
      id: string
      /** @enum {unknown} */
      status: 'running' | 'done' | 'failed'
      progress: number
      /** Format: date-time */
      startedAt: string
      endedAt: string | null
      policy: string
      /** Format: date-time */
      from: string
      /** Format: date-time */
      to: string
      trouble: string | null
      result: {
        policy: string
        /** Format: date-time */
        from: string
        /** Format: date-time */
        to: string
        choices: number
        open: number
        unrecorded: number
        unrouted: number
        volume: {
          gateway: string
          happened: number
          expected: number
          unseen: number
        }[]
        approvals: {
          happened: number | null
          expected: {
            value: number
            low: number
            high: number
          } | null
        }
        fees: {
          currency: string
          happened: number
          expected: {
            value: number
            low: number
            high: number
          } | null
        }[]
        effective: number
        unseen: number
        tooLittle: string[]
      } | null
    }
    /** RoutingReplayStarted */
    RoutingReplayStarted: {
      id: string
    }
    /** RoutingReplayToStart */
    RoutingReplayToStart: {
      policy: {
        [key: string]: unknown
      }
      /** Format: date-time */
      from: string
      /** Format: date-time */
      to?: string
    }
    /** Session */
    Session: {
      keyId: string
      /** @enum {unknown} */
      role: 'merchant' | 'viewer' | 'operator' | 'admin'
      merchants: {
        id: string
        name: string
        active: boolean
      }[]
    }
    /** UnknownCompensation */
    UnknownCompensation: {
      id: string
      kind: string
      gateway: string | null
      /** Format: date-time */
      since: string
      forMs: number
      amount: number
    }
    /** UnknownOperation */
    UnknownOperation: {
      id: string
      kind: string
      gateway: string | null
      /** Format: date-time */
      since: string
      forMs: number
    }
    /** UnknownOutcome */
    UnknownOutcome: {
      paymentId: string
      merchantId: string
      /** @enum {unknown} */
      status:
        | 'INITIATED'
        | 'PROCESSING'
        | 'CANCELLED'
        | 'FAILED'
        | 'AUTHORIZED'
        | 'CAPTURED'
        | 'EXPIRED'
        | 'COMPLETED'
        | 'REFUND_INITIATED'
        | 'PARTIALLY_REFUNDED'
        | 'REFUNDED'
      amount: number
      currency: string
      operation: components['schemas']['UnknownOperation'] | null
      compensations: components['schemas']['UnknownCompensation'][]
      /** Format: date-time */
      since: string
      forMs: number
    }
    /** UnknownPage */
    UnknownPage: {
      data: components['schemas']['UnknownOutcome'][]
      nextCursor: string | null
    }
    /** Validation */
    Validation: {
      valid: boolean
      faults: {
        path: string
        message: string
      }[]
    }
    /** WebhookAttempt */
    WebhookAttempt: {
      attempt: number
      /** Format: date-time */
      beganAt: string
      durationMs: number
      httpStatus: number | null
      error: string | null
      response: string | null
    }
    /** WebhookDelivery */
    WebhookDelivery: {
      id: string
      endpointId: string
      paymentId: string
      sequence: number
      eventId: string
      /** @enum {unknown} */
      eventType:
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      /** Format: date-time */
      occurredAt: string
      /** @enum {unknown} */
      status: 'pending' | 'delivered' | 'failed'
      isRedelivery: boolean
      attemptCount: number
      nextAttemptAt: string | null
      /** Format: date-time */
      createdAt: string
      deliveredAt: string | null
    }
    /** WebhookDeliveryDetails */
    WebhookDeliveryDetails: {
      id: string
      endpointId: string
      paymentId: string
      sequence: number
      eventId: string
      /** @enum {unknown} */
      eventType:
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      /** Format: date-time */
      occurredAt: string
      /** @enum {unknown} */
      status: 'pending' | 'delivered' | 'failed'
      isRedelivery: boolean
      attemptCount: number
      nextAttemptAt: string | null
      /** Format: date-time */
      createdAt: string
      deliveredAt: string | null
      body: string
      attempts: components['schemas']['WebhookAttempt'][]
    }
    /** WebhookDeliveryPage */
    WebhookDeliveryPage: {
      data: components['schemas']['WebhookDelivery'][]
      nextCursor: string | null
    }
    /** WebhookEndpoint */
    WebhookEndpoint: {
      id: string
      url: string
      description: string | null
      eventTypes:
        | (
            | 'payment.initiated'
            | 'payment.authorized'
            | 'payment.captured'
            | 'payment.completed'
            | 'payment.failed'
            | 'payment.cancelled'
            | 'payment.expired'
            | 'payment.retried'
            | 'payment.action_required'
            | 'payment.retry_scheduled'
            | 'payment.settlement_retried'
            | 'refund.accepted'
            | 'refund.initiated'
            | 'refund.failed'
            | 'payment.partially_refunded'
            | 'payment.refunded'
            | 'payment.refunds_closed'
            | 'payment.fraud_assessed'
            | 'payment.review_resolved'
            | 'gateway.selected'
            | 'gateway.operation_requested'
            | 'gateway.operation_failed'
            | 'outcome.pending'
            | 'outcome.unknown'
            | 'outcome.lookup_requested'
            | 'outcome.resolved'
            | 'outcome.contradictory'
            | 'compensation.requested'
            | 'compensation.postponed'
            | 'compensation.succeeded'
            | 'compensation.failed'
          )[]
        | null
      /** @enum {unknown} */
      status: 'enabled' | 'paused' | 'disabled'
      statusReason: string | null
      failingSince: string | null
      /** Format: date-time */
      createdAt: string
      /** Format: date-time */
      updatedAt: string
    }
    /** WebhookEndpointChange */
    WebhookEndpointChange: {
      url?: string
      description?: string | null
      eventTypes?:
        | (
            | 'payment.initiated'
            | 'payment.authorized'
            | 'payment.captured'
            | 'payment.completed'
            | 'payment.failed'
            | 'payment.cancelled'
            | 'payment.expired'
            | 'payment.retried'
            | 'payment.action_required'
            | 'payment.retry_scheduled'
            | 'payment.settlement_retried'
            | 'refund.accepted'
            | 'refund.initiated'
            | 'refund.failed'
            | 'payment.partially_refunded'
            | 'payment.refunded'
            | 'payment.refunds_closed'
            | 'payment.fraud_assessed'
            | 'payment.review_resolved'
            | 'gateway.selected'
            | 'gateway.operation_requested'
            | 'gateway.operation_failed'
            | 'outcome.pending'
            | 'outcome.unknown'
            | 'outcome.lookup_requested'
            | 'outcome.resolved'
            | 'outcome.contradictory'
            | 'compensation.requested'
            | 'compensation.postponed'
            | 'compensation.succeeded'
            | 'compensation.failed'
          )[]
        | null
      /** @enum {unknown} */
      status?: 'enabled' | 'paused'
    }
    /** WebhookEndpointPage */
    WebhookEndpointPage: {
      data: components['schemas']['WebhookEndpoint'][]
      nextCursor: string | null
    }
    /** WebhookEndpointToMake */
    WebhookEndpointToMake: {
      url: string
      description?: string
      eventTypes?: (
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      )[]
    }
    /** WebhookTest */
    WebhookTest: {
      webhookId: string
      delivered: boolean
      durationMs: number
      httpStatus: number | null
      error: string | null
      response: string | null
    }
  }
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  listPayments: {
    parameters: {
      query?: {
        q?: string
        metadata?: string[]
        status?: string
        customer?: string
        gateway?: string
        currency?:
          | 'AED'
          | 'AFN'
          | 'ALL'
          | 'AMD'
          | 'AOA'
          | 'ARS'
          | 'AUD'
          | 'AWG'
          | 'AZN'
          | 'BAM'
          | 'BBD'
          | 'BDT'
          | 'BHD'
          | 'BIF'
          | 'BMD'
          | 'BND'
          | 'BOB'
          | 'BOV'
          | 'BRL'
          | 'BSD'
          | 'BTN'
          | 'BWP'
          | 'BYN'
          | 'BZD'
          | 'CAD'
          | 'CDF'
          | 'CHE'
          | 'CHF'
          | 'CHW'
          | 'CLF'
          | 'CLP'
          | 'CNY'
          | 'COP'
          | 'COU'
          | 'CRC'
          | 'CUP'
          | 'CVE'
          | 'CZK'
          | 'DJF'
          | 'DKK'
          | 'DOP'
          | 'DZD'
          | 'EGP'
          | 'ERN'
          | 'ETB'
          | 'EUR'
          | 'FJD'
          | 'FKP'
          | 'GBP'
          | 'GEL'
          | 'GHS'
          | 'GIP'
          | 'GMD'
          | 'GNF'
          | 'GTQ'
          | 'GYD'
          | 'HKD'
          | 'HNL'
          | 'HTG'
          | 'HUF'
          | 'IDR'
          | 'ILS'
          | 'INR'
          | 'IQD'
          | 'IRR'
          | 'ISK'
          | 'JMD'
          | 'JOD'
          | 'JPY'
          | 'KES'
          | 'KGS'
          | 'KHR'
          | 'KMF'
          | 'KPW'
          | 'KRW'
          | 'KWD'
          | 'KYD'
          | 'KZT'
          | 'LAK'
          | 'LBP'
          | 'LKR'
          | 'LRD'
          | 'LSL'
          | 'LYD'
          | 'MAD'
          | 'MDL'
          | 'MGA'
          | 'MKD'
          | 'MMK'
          | 'MNT'
          | 'MOP'
          | 'MRU'
          | 'MUR'
          | 'MVR'
          | 'MWK'
          | 'MXN'
          | 'MXV'
          | 'MYR'
          | 'MZN'
          | 'NAD'
          | 'NGN'
          | 'NIO'
          | 'NOK'
          | 'NPR'
          | 'NZD'
          | 'OMR'
          | 'PAB'
          | 'PEN'
          | 'PGK'
          | 'PHP'
          | 'PKR'
          | 'PLN'
          | 'PYG'
          | 'QAR'
          | 'RON'
          | 'RSD'
          | 'RUB'
          | 'RWF'
          | 'SAR'
          | 'SBD'
          | 'SCR'
          | 'SDG'
          | 'SEK'
          | 'SGD'
          | 'SHP'
          | 'SLE'
          | 'SOS'
          | 'SRD'
          | 'SSP'
          | 'STN'
          | 'SVC'
          | 'SYP'
          | 'SZL'
          | 'THB'
          | 'TJS'
          | 'TMT'
          | 'TND'
          | 'TOP'
          | 'TRY'
          | 'TTD'
          | 'TWD'
          | 'TZS'
          | 'UAH'
          | 'UGX'
          | 'USD'
          | 'USN'
          | 'UYI'
          | 'UYU'
          | 'UYW'
          | 'UZS'
          | 'VED'
          | 'VES'
          | 'VND'
          | 'VUV'
          | 'WST'
          | 'XAD'
          | 'XAF'
          | 'XCD'
          | 'XCG'
          | 'XOF'
          | 'XPF'
          | 'YER'
          | 'ZAR'
          | 'ZMW'
          | 'ZWG'
        minAmount?: string
        maxAmount?: string
        createdFrom?: string
        createdTo?: string
        sort?: '-createdAt' | 'createdAt'
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PaymentPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  startPayment: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PaymentRequest']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  capturePayment: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['CaptureRequest']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  cancelPayment: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['CancelRequest']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listRefunds: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RefundList']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  refundPayment: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['RefundRequest']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RefundAnswer']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  retryPayment: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': Record<string, never>
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  resolveOutcome: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ResolveRequest']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  resolveReview: {
    parameters: {
      query?: never
      header: {
        'Idempotency-Key': string
        Prefer?: string
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ReviewRequest']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AcceptedCommand']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findPayment: {
    parameters: {
      query?: {
        as_of?: string
      }
      header?: {
        'AegisPay-Position'?: string
        'If-None-Match'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Payment']
        }
      }
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listEvents: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['EventList']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  explainRouting: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingExplanation']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  streamEvents: {
    parameters: {
      query?: {
        payment?: string
        type?: string
        customer?: string
        from?: 'beginning'
      }
      header?: {
        'Last-Event-ID'?: string
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': string
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  analysePayments: {
    parameters: {
      query?: {
        from?: string
        to?: string
        by?: string
        currency?:
          | 'AED'
          | 'AFN'
          | 'ALL'
          | 'AMD'
          | 'AOA'
          | 'ARS'
          | 'AUD'
          | 'AWG'
          | 'AZN'
          | 'BAM'
          | 'BBD'
          | 'BDT'
          | 'BHD'
          | 'BIF'
          | 'BMD'
          | 'BND'
          | 'BOB'
          | 'BOV'
          | 'BRL'
          | 'BSD'
          | 'BTN'
          | 'BWP'
          | 'BYN'
          | 'BZD'
          | 'CAD'
          | 'CDF'
          | 'CHE'
          | 'CHF'
          | 'CHW'
          | 'CLF'
          | 'CLP'
          | 'CNY'
          | 'COP'
          | 'COU'
          | 'CRC'
          | 'CUP'
          | 'CVE'
          | 'CZK'
          | 'DJF'
          | 'DKK'
          | 'DOP'
          | 'DZD'
          | 'EGP'
          | 'ERN'
          | 'ETB'
          | 'EUR'
          | 'FJD'
          | 'FKP'
          | 'GBP'
          | 'GEL'
          | 'GHS'
          | 'GIP'
          | 'GMD'
          | 'GNF'
          | 'GTQ'
          | 'GYD'
          | 'HKD'
          | 'HNL'
          | 'HTG'
          | 'HUF'
          | 'IDR'
          | 'ILS'
          | 'INR'
          | 'IQD'
          | 'IRR'
          | 'ISK'
          | 'JMD'
          | 'JOD'
          | 'JPY'
          | 'KES'
          | 'KGS'
          | 'KHR'
          | 'KMF'
          | 'KPW'
          | 'KRW'
          | 'KWD'
          | 'KYD'
          | 'KZT'
          | 'LAK'
          | 'LBP'
          | 'LKR'
          | 'LRD'
          | 'LSL'
          | 'LYD'
          | 'MAD'
          | 'MDL'
          | 'MGA'
          | 'MKD'
          | 'MMK'
          | 'MNT'
          | 'MOP'
          | 'MRU'
          | 'MUR'
          | 'MVR'
          | 'MWK'
          | 'MXN'
          | 'MXV'
          | 'MYR'
          | 'MZN'
          | 'NAD'
          | 'NGN'
          | 'NIO'
          | 'NOK'
          | 'NPR'
          | 'NZD'
          | 'OMR'
          | 'PAB'
          | 'PEN'
          | 'PGK'
          | 'PHP'
          | 'PKR'
          | 'PLN'
          | 'PYG'
          | 'QAR'
          | 'RON'
          | 'RSD'
          | 'RUB'
          | 'RWF'
          | 'SAR'
          | 'SBD'
          | 'SCR'
          | 'SDG'
          | 'SEK'
          | 'SGD'
          | 'SHP'
          | 'SLE'
          | 'SOS'
          | 'SRD'
          | 'SSP'
          | 'STN'
          | 'SVC'
          | 'SYP'
          | 'SZL'
          | 'THB'
          | 'TJS'
          | 'TMT'
          | 'TND'
          | 'TOP'
          | 'TRY'
          | 'TTD'
          | 'TWD'
          | 'TZS'
          | 'UAH'
          | 'UGX'
          | 'USD'
          | 'USN'
          | 'UYI'
          | 'UYU'
          | 'UYW'
          | 'UZS'
          | 'VED'
          | 'VES'
          | 'VND'
          | 'VUV'
          | 'WST'
          | 'XAD'
          | 'XAF'
          | 'XCD'
          | 'XCG'
          | 'XOF'
          | 'XPF'
          | 'YER'
          | 'ZAR'
          | 'ZMW'
          | 'ZWG'
        merchant?: string
        method?: string
        gateway?: string
        variant?: string
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PaymentFiguresPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  readInFlight: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Position'?: string
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['InFlight']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listUnknown: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['UnknownPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listReviews: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HeldPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listGatewayHealth: {
    parameters: {
      query?: {
        gateway?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['GatewayHealthList']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findSession: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Session']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listWebhookEndpoints: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookEndpointPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  createWebhookEndpoint: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['WebhookEndpointToMake']
      }
    }
    responses: {
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['IssuedWebhookEndpoint']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findWebhookEndpoint: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookEndpoint']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  deleteWebhookEndpoint: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  changeWebhookEndpoint: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['WebhookEndpointChange']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookEndpoint']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listWebhookDeliveries: {
    parameters: {
      query?: {
        endpoint?: string
        payment?: string
        status?: 'pending' | 'delivered' | 'failed'
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Merchant'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookDeliveryPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findWebhookDelivery: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookDeliveryDetails']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  testWebhookEndpoint: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookTest']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  redeliverWebhook: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Merchant'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookDelivery']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findRoutingPolicy: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Position'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingPolicy']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  putRoutingPolicy: {
    parameters: {
      query?: never
      header?: {
        'AegisPay-Reason'?: string
        'If-Match'?: string
        'If-None-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RoutingPolicyToWrite']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingPolicy']
        }
      }
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingPolicy']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listRoutingPolicies: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Position'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingPoliciesPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  historyOfRoutingPolicy: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
      }
      header?: {
        'AegisPay-Position'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingPolicyHistory']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  validateRoutingPolicy: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          [key: string]: unknown
        }
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Validation']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  startRoutingReplay: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RoutingReplayToStart']
      }
    }
    responses: {
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingReplayStarted']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findRoutingReplay: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoutingReplay']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  cancelRoutingReplay: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listDeadLetters: {
    parameters: {
      query?: {
        limit?: string
        cursor?: string
        topic?: string
        code?:
          | 'value_missing'
          | 'value_too_large'
          | 'undecodable'
          | 'record_type_not_allowed'
          | 'key_mismatch'
          | 'payment_id_mismatch'
          | 'partition_mismatch'
          | 'card_number_in_id'
          | 'decision_failed'
        since?: string
        until?: string
        open?: 'true' | 'false'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DeadLettersPage']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  findDeadLetter: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DeadLetter']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  redriveDeadLetter: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['Redrive']
      }
    }
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Redriven']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
  listLag: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Lag']
        }
      }
      default: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem']
        }
      }
    }
  }
}
