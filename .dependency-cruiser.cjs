/**
 * Dependency rules: each rule forbids a kind of import and gives the reason. CONTRIBUTING.md shows the allowed
 * dependencies. `test/architecture` tests each rule on a small tree with a violation in `bad-tree/<name of the rule>`,
 * so a rule that no longer matches anything fails a test.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Paths of code that only runs in tests: specs, and the vendor sandboxes of the plugins. */
const SPEC = '\\.(spec|e2e-spec|browser-spec|deploy-spec|kit-spec|long-spec)\\.m?[jt]sx?$';
const SANDBOX = '^plugins/[^/]+/sandbox\\.ts$';
/** Test data builders that only the specs of the same package use. */
const TEST_SUPPORT = '^(apps|libs)/[^/]+/src/testing/';

/** Libraries that implement ports of core or serve the apps. They must not import each other. */
const ADAPTERS = 'plugin-host|database|queue|sources|config|vault|http|embedded|recipients';

/**
 * Returns a pattern for packages in any node_modules folder, and for their `@types/…` packages, which are imported for
 * types only.
 */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

/** Packages that plugins may use in addition to the SDK. These are the dependencies in the plugins' package.json. */
const pluginPackages = Object.keys(
  JSON.parse(readFileSync(join(__dirname, 'plugins/package.json'), 'utf8')).dependencies,
);
/** Packages that both plugins and the hub use. A plugin may have a Nest module. */
const SHARED = ['class-validator', '@nestjs/common'];
const vendorSdks = pluginPackages.filter((name) => !name.startsWith('@patchbay/') && !SHARED.includes(name));

/** Node.js modules for network, files and processes, which plugins may reach only through the plugin context. */
const SYSTEM_MODULES = '^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads)(/|$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'Files in a cycle cannot be read or tested separately, and the import order can make ES modules in a cycle fail. ' +
        'Move the shared code into a third file, or let one of the files use a port.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An unresolved import fails at run time. Check for a missing `.js` or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file without imports that no other file imports is unused. Import it or delete it. ' +
        'Entry points, specs, and files found by scanning (plugins, sandboxes) are not orphans.',
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
          // No file imports these files, because tests start them as separate processes or load them by --import.
          '^test/fixtures/shifted-clock\\.mjs$',
          '^test/(repeat|trace)/(cpu-load|main|pass-events|nest-calls|record-nesting|shuffle-files)\\.mjs$',
          '\\.d\\.ts$',
          // Vite and Jest read their configuration, and `import.meta.glob` finds the routes of the console.
          '^apps/console/(vite\\.config|src/main)\\.tsx?$',
          '^apps/console/src/screens/[^/]+/routes\\.ts$',
          '^test/browser/(compare|jest|screenshots)\\.config\\.js$',
          '^test/(deploy|kit)/jest\\.config\\.js$',
          '^test/long\\.config\\.js$',
        ],
      },
      to: {},
    },
    {
      name: 'not-to-apps',
      comment: 'Apps combine libraries. A library or plugin must not depend on an app.',
      severity: 'error',
      from: { path: '^(libs|plugins)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-separate',
      comment: 'The command line and the hub communicate over HTTP only, also on one machine.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'console-uses-only-the-api',
      comment: 'The console runs in a browser. It knows the hub only by the client of its API.',
      severity: 'error',
      from: { path: '^apps/console/', pathNot: SPEC },
      to: { path: '^(libs|plugins|test|scripts)/', pathNot: '^libs/client/' },
    },
    {
      name: 'client-is-a-leaf',
      comment:
        'The client runs in Node.js and in browsers, and is installed without the other parts of this repository.',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: SPEC },
      to: { path: '^(libs|apps|plugins|test)/|^node:', pathNot: '^libs/client/' },
    },
    {
      name: 'screens-are-separate',
      comment:
        'An area of the console can be read and changed without the other areas. Move shared code to `ui` or `lib`, and ' +
        'link with `app/paths`. Other areas show parts of `failures`, `messaging`, `types` and `watch`. `connect` combines the forms of ' +
        'other areas.',
      severity: 'error',
      from: { path: '^apps/console/src/screens/([^/]+)/', pathNot: '^apps/console/src/screens/connect/' },
      to: {
        path: '^apps/console/src/screens/',
        pathNot: '^apps/console/src/screens/($1|failures|messaging|types|watch)/',
      },
    },
    {
      name: 'sdk-is-a-leaf',
      comment: 'Plugins depend only on the SDK. Every import of the SDK would become a dependency of every plugin.',
      severity: 'error',
      from: { path: '^libs/plugin-sdk/', pathNot: SPEC },
      to: { path: '^(libs|apps|plugins|test)/', pathNot: '^libs/plugin-sdk/' },
    },
    {
      name: 'mapping-is-a-leaf',
      comment:
        'The hub, the command line and the tests share mapping. It is pure and must not depend on other libraries.',
      severity: 'error',
      from: { path: '^libs/mapping/', pathNot: SPEC },
      to: { path: '^(libs|apps|plugins|test)/', pathNot: '^libs/mapping/' },
    },
    {
      name: 'mapping-is-pure',
      comment: 'Brands supply the templates, so code that renders them must not access files, sockets or processes.',
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
        'The domain must not depend on a database, queue or framework, so that they can be replaced and its tests run in ' +
        'milliseconds. Declare a port in core and implement it in an adapter.',
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
        'Adapters depend on core, not on each other, because the apps combine them. The only exception is the outbound ' +
        'HTTP client, which the plugin host and the recipient resolver use.',
      severity: 'error',
      from: { path: `^libs/(${ADAPTERS})/`, pathNot: [SPEC, TEST_SUPPORT] },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/(core|mapping|plugin-sdk)/', '^libs/http/'] },
    },
    {
      name: 'only-senders-use-http',
      comment:
        'All outbound requests pass the egress guard. Only the plugin host and the recipient resolver may send requests.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/(http|plugin-host|recipients|testing)/', SPEC] },
      to: { path: '^libs/http/' },
    },
    {
      name: 'nobody-imports-a-plugin',
      comment:
        'The hub finds plugins by listing their folder. With an import, deleting the folder of a plugin would break ' +
        'the build.',
      severity: 'error',
      from: { path: '^(apps|libs|test|scripts)/' },
      to: { path: '^plugins/' },
    },
    {
      name: 'plugins-are-separate',
      comment: 'Each plugin can be copied or deleted separately. Move code that two plugins share into the SDK.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^plugins/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'plugins-see-only-the-sdk',
      comment:
        'The SDK is the complete plugin contract. If a plugin needs more, extend the SDK. Specs and sandboxes may also ' +
        'use the testing kit.',
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
        'Plugins may use class-validator and the vendor SDKs in plugins/package.json. They must not use a framework, a ' +
        'database or another HTTP client than `context.http` and `context.axios`.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: SPEC },
      to: { path: '(^|/)node_modules/', pathNot: packages(...pluginPackages, 'node') },
    },
    {
      name: 'plugins-touch-no-system',
      comment:
        'Send with `context.http`, which applies the time limit, the egress guard and the redaction. Sandboxes and specs ' +
        'may use these modules, because they are servers.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: [SPEC, SANDBOX] },
      to: { path: SYSTEM_MODULES },
    },
    {
      name: 'vendor-sdks-stay-in-plugins',
      comment:
        'If the hub imported a vendor SDK, a change of the vendor would require a change of the hub. Use it in a plugin.',
      severity: 'error',
      from: { pathNot: ['^plugins/', '(^|/)node_modules/'] },
      to: { path: packages(...vendorSdks) },
    },
    {
      name: 'only-queue-uses-bullmq',
      comment: 'The queue holds only hints. Other code must not depend on the state of BullMQ.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/queue/' },
      to: { path: packages('bullmq', '@nestjs/bullmq') },
    },
    {
      name: 'only-queue-uses-redis',
      comment:
        'Redis is optional, so code that uses it implements a port that PostgreSQL implements too. Tests may use it.',
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
      comment: 'A process may open at most 20 connections, so only the owners of a pool open them. Tests may use pg.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(database|queue|testing)/', SPEC] },
      to: { path: packages('pg') },
    },
    {
      name: 'only-http-uses-axios',
      comment:
        'Only the outbound client in libs/http applies time limits, the egress guard and redaction. The command line may ' +
        'use another client, because it calls the hub and not vendors. The SDK has the types of axios.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/http/', '^apps/cli/', '^libs/plugin-sdk/src/axios\\.ts$'] },
      to: { path: packages('axios', 'undici') },
    },
    {
      name: 'only-tracing-uses-opentelemetry',
      comment:
        'Tracing is off by default and must then cost nothing, so only the part that is loaded on demand uses its libraries.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^apps/hub/src/tracing/sdk/' },
      to: { path: packages('@opentelemetry/[^/]+') },
    },
    {
      name: 'tracing-sdk-is-loaded-on-demand',
      comment: 'A static import would load OpenTelemetry in every process. Use `import()`, as `open-tracing.ts` does.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^apps/hub/src/tracing/sdk/' },
      to: { path: '^apps/hub/src/tracing/sdk/', dynamic: false },
    },
    {
      name: 'testing-stays-out-of-production',
      comment: 'The testing kit starts servers and creates test data. Only tests, sandboxes and the demo may use it.',
      severity: 'error',
      from: { path: '^(apps|libs|plugins)/', pathNot: ['^libs/testing/', '^apps/cli/', SPEC, SANDBOX, TEST_SUPPORT] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'test-support-stays-in-tests',
      comment: 'Builders in `src/testing/` create test data. Only tests may use them.',
      severity: 'error',
      from: { pathNot: [SPEC, TEST_SUPPORT, '^test/'] },
      to: { path: TEST_SUPPORT },
    },
    {
      name: 'not-to-specs',
      comment: 'Other files must not import a spec. Move the shared code into a separate file.',
      severity: 'error',
      from: {},
      to: { path: SPEC },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '(^|/)dist/|^test/architecture/bad-tree/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['patchbay-src', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
