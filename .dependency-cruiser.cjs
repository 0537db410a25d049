/**
 * Which part may import which. The picture is in CONTRIBUTING.md; here every arrow that must not exist has a rule, and
 * every rule says why. `test/architecture` proves each one on a small bad tree in `bad-tree/<name of the rule>`, so a
 * rule that stopped matching anything fails there.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** A path of ours whose code only runs in tests: specs, and the vendor sandboxes of the plugins. */
const SPEC = '\\.(spec|e2e-spec)\\.m?[jt]sx?$';
const SANDBOX = '^plugins/[^/]+/sandbox\\.ts$';
/** Builders that a part keeps for its own specs. */
const TEST_SUPPORT = '^(apps|libs)/[^/]+/src/testing/';

/** Parts that implement ports of core, or serve the apps, and stand side by side. */
const ADAPTERS = 'plugin-host|database|queue|sources|config|vault|http|embedded|recipients';

/** Matches a package wherever it is installed, and `@types/…` for imports of types alone. */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

/** What the plugins may use beside the SDK: the dependencies of their own package.json, so no vendor is named here. */
const pluginPackages = Object.keys(
  JSON.parse(readFileSync(join(__dirname, 'plugins/package.json'), 'utf8')).dependencies,
);
const vendorSdks = pluginPackages.filter((name) => !name.startsWith('@patchbay/') && name !== 'class-validator');

/** Ways to reach the network or the machine past what the host hands out. */
const SYSTEM_MODULES = '^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads)(/|$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'A cycle means that neither file can be read, tested or loaded without the other, and ES modules in a cycle ' +
        'fail by import order. Move what both need into a third file, or let one of them take a port.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that resolves to nothing fails at run time. A missing `.js`, or a package not installed?',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file that imports nothing and that nobody imports is dead code, or a file that someone forgot to wire. ' +
        'Entry points, specs and what is found by scanning (plugins, sandboxes) are not orphans.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          SPEC,
          SANDBOX,
          '/src/(index|main)\\.ts$',
          '^plugins/[^/]+/index\\.ts$',
          '^test/architecture/lint/',
          '^apps/cli/bin/',
          '^libs/plugin-host/fixtures/',
          // Started as processes of their own, or loaded by --import.
          '^test/fixtures/shifted-clock\\.mjs$',
          '^test/(repeat|trace)/(cpu-load|main|pass-events|nest-calls|record-nesting|shuffle-files)\\.mjs$',
          '\\.d\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'not-to-apps',
      comment: 'An app puts parts together and is the end of every arrow: a library that needs it is upside down.',
      severity: 'error',
      from: { path: '^(libs|plugins)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-separate',
      comment: 'The command line and the hub speak HTTP with each other, also when they run on one machine.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'sdk-is-a-leaf',
      comment: 'Plugin authors see the SDK alone. What it imported, every plugin would depend on.',
      severity: 'error',
      from: { path: '^libs/plugin-sdk/', pathNot: SPEC },
      to: { path: '^(libs|apps|plugins|test)/', pathNot: '^libs/plugin-sdk/' },
    },
    {
      name: 'mapping-is-a-leaf',
      comment: 'Mapping is a pure function that the hub, the command line and the tests share; it needs no other part.',
      severity: 'error',
      from: { path: '^libs/mapping/', pathNot: SPEC },
      to: { path: '^(libs|apps|plugins|test)/', pathNot: '^libs/mapping/' },
    },
    {
      name: 'mapping-is-pure',
      comment: 'Templates come from brands. Nothing that renders them can reach a file, a socket or a process.',
      severity: 'error',
      from: { path: '^libs/mapping/', pathNot: SPEC },
      to: { path: SYSTEM_MODULES },
    },
    {
      name: 'core-knows-no-adapter',
      comment: 'Core declares ports and the adapters implement them. Core itself imports only mapping and the SDK.',
      severity: 'error',
      from: { path: '^libs/core/', pathNot: SPEC },
      to: { path: '^libs/', pathNot: '^libs/(core|mapping|plugin-sdk)/' },
    },
    {
      name: 'core-knows-no-technology',
      comment:
        'The domain outlives its database, queue and framework, and its tests run in milliseconds, because it imports ' +
        'none of them. Declare a port in core and implement it in an adapter.',
      severity: 'error',
      from: { path: '^libs/core/' },
      to: {
        path: [
          packages(
            'typeorm',
            'pg',
            'bullmq',
            'ioredis',
            'axios',
            'undici',
            '@nestjs/[^/]+',
            'fastify',
            '@fastify/[^/]+',
            'express',
          ),
          SYSTEM_MODULES,
        ],
      },
    },
    {
      name: 'adapters-stand-side-by-side',
      comment:
        'An adapter knows core, not its neighbours: the apps put them together. The one exception is the outbound ' +
        'HTTP client, which the plugin host and the recipient resolver send with.',
      severity: 'error',
      from: { path: `^libs/(${ADAPTERS})/`, pathNot: [SPEC, TEST_SUPPORT] },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/(core|mapping|plugin-sdk)/', '^libs/http/'] },
    },
    {
      name: 'only-senders-use-http',
      comment: 'Whatever leaves the hub passes the egress guard, and few parts send: plugin host and recipients do.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/(http|plugin-host|recipients|testing)/', SPEC] },
      to: { path: '^libs/http/' },
    },
    {
      name: 'nobody-imports-a-plugin',
      comment:
        'Plugins are found by listing their folder. An import would make one of them part of the hub, and deleting ' +
        'its folder would break the build.',
      severity: 'error',
      from: { path: '^(apps|libs|test|scripts)/' },
      to: { path: '^plugins/' },
    },
    {
      name: 'plugins-are-separate',
      comment: 'A plugin can be copied out, given away or deleted alone. What two of them share belongs into the SDK.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^plugins/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'plugins-see-only-the-sdk',
      comment:
        'The SDK is the whole contract: what a plugin needs and cannot find there is a change to the SDK. Specs and ' +
        'sandboxes also use the testing kit.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: [SPEC, SANDBOX] },
      to: { path: '^libs/', pathNot: '^libs/plugin-sdk/' },
    },
    {
      name: 'plugin-tests-see-only-the-kit',
      comment: 'A plugin is tested through the same contract that it is written against.',
      severity: 'error',
      from: { path: [`^plugins/.+${SPEC}`, SANDBOX] },
      to: { path: '^(libs|test)/', pathNot: '^libs/(plugin-sdk|testing)/' },
    },
    {
      name: 'plugins-use-declared-packages',
      comment:
        'class-validator, and the vendor SDKs that plugins/package.json names: no framework, database or HTTP client ' +
        'beside the one in the context.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: SPEC },
      to: { path: '(^|/)node_modules/', pathNot: packages(...pluginPackages, 'node') },
    },
    {
      name: 'plugins-touch-no-system',
      comment:
        '`context.http` has the time limit, the egress guard and the redaction; a socket of its own has none of them. ' +
        'Sandboxes and specs are servers and may.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: [SPEC, SANDBOX] },
      to: { path: SYSTEM_MODULES },
    },
    {
      name: 'vendor-sdks-stay-in-plugins',
      comment:
        'A hub that knows a vendor has to change when the vendor does. Which plugin uses an SDK is its own affair.',
      severity: 'error',
      from: { pathNot: ['^plugins/', '(^|/)node_modules/'] },
      to: { path: packages(...vendorSdks) },
    },
    {
      name: 'only-queue-uses-bullmq',
      comment: 'The queue is a hint. Who imports BullMQ elsewhere starts to rely on what it remembers.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/queue/' },
      to: { path: packages('bullmq', '@nestjs/bullmq') },
    },
    {
      name: 'only-queue-uses-redis',
      comment:
        'Redis is optional: what needs it sits behind a port that PostgreSQL implements as well. Tests may look.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(queue|testing)/', SPEC] },
      to: { path: packages('ioredis') },
    },
    {
      name: 'only-database-uses-typeorm',
      comment: 'Tables and SQL are private to libs/database, so that one place knows what a migration touches.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/database/' },
      to: { path: packages('typeorm', '@nestjs/typeorm') },
    },
    {
      name: 'only-database-and-queue-use-pg',
      comment: 'Connections are counted (at most 20 a process): only who owns a pool may open one. Tests may look.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(database|queue|testing)/', SPEC] },
      to: { path: packages('pg') },
    },
    {
      name: 'only-http-uses-axios',
      comment:
        'One outbound client: time limits, egress guard and redaction are in it, and an HTTP client elsewhere has none ' +
        'of them. The command line calls the hub, not vendors.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/http/', '^apps/cli/'] },
      to: { path: packages('axios', 'undici') },
    },
    {
      name: 'testing-stays-out-of-production',
      comment:
        'The kit starts servers and invents data. Only tests, sandboxes and the demo of the command line use it.',
      severity: 'error',
      from: { path: '^(apps|libs|plugins)/', pathNot: ['^libs/testing/', '^apps/cli/', SPEC, SANDBOX, TEST_SUPPORT] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'test-support-stays-in-tests',
      comment: 'What a part builds for its own specs (`src/testing/`) invents data, and no running hub may meet it.',
      severity: 'error',
      from: { pathNot: [SPEC, TEST_SUPPORT, '^test/'] },
      to: { path: TEST_SUPPORT },
    },
    {
      name: 'not-to-specs',
      comment: 'A spec that others import is a library in disguise: move the shared part into a file of its own.',
      severity: 'error',
      from: {},
      to: { path: SPEC },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '(^|/)dist/|^test/architecture/bad-tree/|^apps/console/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['patchbay-src', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
