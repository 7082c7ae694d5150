// Who may import whom: the arrows of the design, held. If a rule is in the way, question the design before the rule.

/**
 * Roles meet at topics and tables, never at imports. The first group of a path names its role. What the processors have
 * in common (`processors/core`) and what the projections have (files directly in `projections`) is no role.
 */
const role = '^src/(ingress|query|admin|delivery|listeners|processors/(?!core/)[^/]+|projections/[^/]+)/'
/** The list of the projections stands for all of them. */
const anyRole = [role, '^src/projections/index\\.ts$']
const foundation = [
  '^src/(platform|audit|control|customers|health|processors/core)/',
  '^src/projections/(?!index)[^/]+\\.ts$',
  '^src/(?!main|role|cli)[^/]+\\.ts$'
]
const entryPoints = '^src/((main|roles|role-starts)\\.ts|cli(\\.ts|/))'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true }
    },
    {
      name: 'domain-is-pure',
      comment: 'No packages, no node:*, no clock, no randomness: the domain imports only the domain.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' }
    },
    {
      name: 'platform-knows-no-payment',
      comment: 'It makes the topics of the table, and knows nothing of what they carry.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: ['^src/domain/', '^src/identity\\.ts$'] }
    },
    {
      name: 'foundations-import-no-role',
      comment: 'Only what starts the roles, and cli.ts, import everything.',
      severity: 'error',
      from: { path: foundation },
      to: { path: anyRole }
    },
    {
      name: 'roles-never-import-each-other',
      comment: 'The ingress and the query may ask a projection, through its queries.ts alone.',
      severity: 'error',
      from: { path: role },
      to: { path: anyRole, pathNot: ['^src/$1/', '^src/projections/[^/]+/queries\\.ts$'] }
    },
    {
      name: 'queries-are-for-some-roles',
      comment:
        'For ingress and query; and for mails, which say of a payment and its customer what is so when they are sent.',
      severity: 'error',
      from: { path: role, pathNot: '^src/(ingress|query|projections|delivery/mail)/' },
      to: { path: '^src/projections/[^/]+/queries\\.ts$' }
    },
    {
      name: 'projections-do-not-read-each-other',
      severity: 'error',
      from: { path: '^src/projections/([^/]+)/' },
      to: { path: '^src/projections/[^/]+/', pathNot: '^src/projections/$1/' }
    },
    {
      name: 'nothing-imports-the-entry-points',
      severity: 'error',
      from: { path: '^src/', pathNot: entryPoints },
      to: { path: entryPoints }
    },
    {
      name: 'replay-is-for-the-command-line',
      comment: 'It judges what the roles have made, and may read the code of all of them.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/replay/', entryPoints] },
      to: { path: '^src/replay/' }
    },
    {
      name: 'inspections-are-for-admin-and-the-command-line',
      comment: 'They judge what the roles have made, and may read the code of all of them.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(dead-letters|lag|admin)/', entryPoints] },
      to: { path: '^src/(dead-letters|lag)/' }
    },
    {
      name: 'hooks-know-contracts',
      comment:
        'Of a gateway they know the interface, and hand out its connections; roles are given hooks by role-starts.ts.',
      severity: 'error',
      from: { path: '^src/hooks/' },
      to: { path: anyRole, pathNot: ['^src/processors/gateway/(spi|adapters/http-exchange)\\.ts$'] }
    },
    {
      name: 'roles-are-given-hooks',
      severity: 'error',
      from: { path: role },
      to: { path: '^src/hooks/' }
    },
    {
      name: 'chaos-knows-the-api-alone',
      comment: 'It judges from outside, as any client could.',
      severity: 'error',
      from: { path: '^src/chaos/' },
      to: { path: '^src/(?!chaos/)' }
    },
    {
      name: 'chaos-is-for-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/chaos/', entryPoints] },
      to: { path: '^src/chaos/' }
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(dev|test|sandbox|bench)/' }
    },
    {
      name: 'console-stands-alone',
      comment: 'It knows the API alone, whose types it has from the descriptions of the routes.',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^(src|dev|test|sandbox|bench)/' }
    },
    {
      name: 'nothing-imports-the-console',
      severity: 'error',
      from: { pathNot: '^(console|test/unit/console)/' },
      to: { path: '^console/' }
    },
    {
      name: 'client-stands-alone',
      comment: 'It is shipped by itself: nothing of the server comes along.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|dev|test|sandbox|bench)/' }
    },
    {
      name: 'client-over-http-needs-nothing',
      comment: 'No packages and no node:*: it runs in browsers, too. What is for Kafka stands apart.',
      severity: 'error',
      from: { path: '^client/src/', pathNot: '^client/src/kafka/' },
      to: { pathNot: '^client/src/(?!kafka/)' }
    },
    {
      name: 'server-knows-no-client',
      severity: 'error',
      from: { path: '^(src|sandbox)/' },
      to: { path: '^client/' }
    },
    {
      name: 'sandbox-shares-nothing',
      comment: 'It judges what the service did, so it must not share its code.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|client|dev|test|bench)/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count too: a type import is an arrow as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types']
    }
  }
}
