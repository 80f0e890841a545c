// Which way the arrows may point (docs/architecture.md). A wrong one, or a circle, fails the check.
/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const VALUES = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      'no-circles',
      'Two rooms that need each other are one room, or share a third.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    forbid(
      'domain-stands-alone',
      'Rules know nothing but each other.',
      { path: '^domain/' },
      {
        pathNot: '^domain/',
      },
    ),
    forbid(
      'workflows-know-the-domain',
      'Workflow code is bundled whole; a value import would bring the outside world with it.',
      { path: '^workflows/' },
      { ...VALUES, pathNot: '^(domain|workflows)/|node_modules/@temporalio/(workflow|common)/' },
    ),
    forbid(
      'only-messages-leave-workflows',
      'The rest of the system speaks to workflows and does not see inside.',
      { pathNot: '^(workflows|tests|bench)/' },
      { path: '^workflows/', pathNot: '^workflows/messages\\.ts$' },
    ),
    forbid(
      'activities-reach-inward',
      'Activities touch the world, not those who ask.',
      { path: '^activities/' },
      {
        path: '^(api|web|worker|local|demo|bench|storm|tests)/',
      },
    ),
    forbid(
      'mail-reaches-inward',
      'Mail is told what to say.',
      { path: '^mail/' },
      {
        path: '^(api|web|worker|workflows|activities|local|demo|bench|storm|tests)/',
      },
    ),
    forbid(
      'prisma-is-below',
      'The database knows no features.',
      { path: '^prisma/' },
      {
        path: '^(api|web|worker|workflows|activities|mail|demo|bench|storm|tests)/',
      },
    ),
    forbid(
      'api-does-not-run-things',
      'The API asks; workers do.',
      { path: '^api/' },
      {
        ...VALUES,
        path: '^(activities|worker|web|local|demo|bench|storm|tests)/',
      },
    ),
    forbid(
      'web-knows-the-contract',
      'Pages know the contract, the rules and the texts.',
      { path: '^web/' },
      {
        path: '^(api/(?!contract/)|activities|workflows|worker|prisma|mail|local|config|demo|bench|storm|tests)',
      },
    ),
    forbid(
      'pages-take-types-only',
      "Schemas check requests where they arrive; they stay out of people's browsers.",
      { path: '^web/' },
      { ...VALUES, path: '^api/contract/|node_modules/zod/' },
    ),
    forbid(
      'features-do-not-know-each-other',
      'What two features share lies in ui/ or connection/.',
      { path: '^web/features/([^/]+)/' },
      { path: '^web/(features|app)/', pathNot: '^web/features/$1/' },
    ),
    forbid(
      'pieces-know-no-pages',
      'Shared pieces are used by pages, never the reverse.',
      { path: '^web/(ui|connection)/' },
      { path: '^web/(features|app)/' },
    ),
    forbid(
      'connection-knows-no-looks',
      'Speaking to the API has nothing to do with how it looks.',
      { path: '^web/connection/' },
      { path: '^web/ui/' },
    ),
    forbid(
      'contract-is-light',
      'The contract is bundled into the pages.',
      { path: '^api/contract/' },
      {
        pathNot: '^(api/contract|domain)/|node_modules/zod/',
      },
    ),
    forbid(
      'product-ships-without-tests',
      'Tests, benchmarks and storms look at the product, never the reverse.',
      { pathNot: '^(tests|bench|storm)/' },
      {
        path: '^(tests|bench|storm)/',
      },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|prisma/client|\\.mapalus)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
