/** The direction of dependencies of docs/decisions: functions -> app -> sync -> domain; graph and sql implement ports. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|functions)/', pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('domain-knows-nothing-of-ours', '^src/domain/', '^src/domain/'),
    only('sync-knows-domain-only', '^src/sync/', '^src/(sync|domain)/'),
    only('graph-implements-ports', '^src/graph/', '^src/(graph|domain)/|^src/sync/ports([.]ts$|/)'),
    only('sql-implements-ports', '^src/sql/', '^src/(sql|domain)/|^src/(sync|monitoring)/ports[.]ts$'),
    only('telemetry-is-a-leaf', '^src/telemetry/', '^src/(telemetry|domain)/|^src/sync/ports([.]ts$|/)'),
    only(
      'functions-see-the-composition-root',
      '^functions/',
      '^(src/(app|config)[.]ts$|src/(http|domain|monitoring)/|src/sync/|functions/)',
    ),
    {
      name: 'nothing-imports-the-sandbox',
      severity: 'error',
      from: { path: '^(functions|src)/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'only-graph-imports-the-graph-sdk',
      severity: 'error',
      from: { path: '^(functions|src)/', pathNot: '^src/graph/' },
      to: { path: 'node_modules/@microsoft/microsoft-graph-client' },
    },
    {
      name: 'only-sql-imports-kysely-and-drivers',
      severity: 'error',
      from: { path: '^(functions|src)/', pathNot: '^src/(sql|sandbox)/' },
      to: { path: 'node_modules/(kysely|mssql)/|^(node:)?sqlite$' },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^(src|functions)/' }, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
