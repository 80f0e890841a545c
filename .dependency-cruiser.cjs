// Which way the arrows may point (docs/architecture.md). A wrong one, or a circle, fails the check.
/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const VALUES = { dependencyTypesNot: ['type-only'] };

/** The kinds of code, lowest first: what stands on a floor may use what lies below it. */
const FLOORS = [
  'domain',
  '(config|texts)',
  'prisma',
  'workflows',
  'mail',
  'activities',
  '(api|worker)',
  'local',
  'demo',
  '(tests|bench|storm)',
];

/** What pages know of the API. */
const CONTRACT = '^api/.*(contract|answers)\\.ts$|^api/http/(route|samples|shapes)\\.ts$';

/** The business contexts, earliest first. Each kind of code has a folder for each it knows. */
const CONTEXTS = [
  'office',
  'calendar',
  'document',
  'agreement',
  'budget',
  'enrolment',
  'contribution',
  'coverage',
];
const inContext = (context) => `^[^/]+/(features/|schema/|rights/)?${context}(/|\\.)`;

/** Tests, benchmarks and demonstrations play whole stories, so the order does not bind them. */
const PRODUCT = { pathNot: '^(tests|bench|storm|demo)/' };

const floors = FLOORS.slice(0, -1).map((floor, at) =>
  forbid(
    `${floor.replace(/\W+/g, '-').replace(/^-|-$/g, '')}-uses-what-is-below`,
    'What stands on a floor uses what lies below it.',
    { path: `^${floor}/` },
    { path: `^(${FLOORS.slice(at + 1).join('|')}|web)/` },
  ),
);

const contexts = CONTEXTS.slice(0, -1).map((context, at) =>
  forbid(
    `${context}-knows-no-later-context`,
    'A context uses those before it. A later one reaches it by a join (milestones, permissions).',
    { ...PRODUCT, path: inContext(context) },
    { path: inContext(`(${CONTEXTS.slice(at + 1).join('|')})`) },
  ),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floors,
    ...contexts,
    forbid(
      'no-circles',
      'Two files that need each other are one file, or share a third.',
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
      'contexts-know-no-join',
      "A join of the contexts' tables (permissions, refusals, milestones) lies above them.",
      { path: '^domain/[^/]+/' },
      { path: '^domain/[^/]+$' },
    ),
    forbid(
      'shared-knows-no-context',
      'What contexts share lies below them.',
      { path: '^domain/shared/' },
      { path: '^domain/', pathNot: '^domain/shared/' },
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
      { path: '^workflows/', pathNot: '/messages\\.ts$' },
    ),
    forbid(
      'api-does-not-run-things',
      'The API asks; workers do.',
      { path: '^api/' },
      {
        ...VALUES,
        path: '^(activities|worker)/',
      },
    ),
    forbid(
      'web-knows-the-contract',
      'Pages know the contract, the rules and the texts.',
      { path: '^web/' },
      {
        path: '^(api|activities|workflows|worker|prisma|mail|local|config|demo|bench|storm|tests)/',
        pathNot: CONTRACT,
      },
    ),
    forbid(
      'pages-take-types-only',
      "Schemas check requests where they arrive; they stay out of people's browsers.",
      { path: '^web/' },
      { ...VALUES, path: '^api/|node_modules/zod/' },
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
      { path: CONTRACT },
      { pathNot: `^domain/|${CONTRACT}|node_modules/zod/` },
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
