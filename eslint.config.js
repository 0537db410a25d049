import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { exportedNeedsDocstring } from './test/architecture/lint/exported-needs-docstring.js';
import { plainWords } from './test/architecture/lint/plain-words.js';

/** Code that only runs in tests: specs, and the builders that a part keeps for its own specs. */
const TESTS = ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts', '{apps,libs}/*/src/testing/**/*.ts'];

/** Said by every rule that keeps libraries closed. */
const DEEP_IMPORT = {
  regex: '^@patchbay/[^/]+/(?!(examples|services|suite)$)|^@patchbay/(?!testing/)[^/]+/(examples|services|suite)$',
  message: 'A library is reached by its name alone (`@patchbay/core`); what it does not export is private to it.',
};

/** A neighbour reached by climbing out of one's own folder. The dependency rules say which neighbours there are. */
const CLIMBING = {
  regex: '^(\\.\\./)+(libs/)?[^./][^/]*/src/',
  message: 'Import another library by its name (`@patchbay/core`), not by the way to its files.',
};

/** The part of the plugin contract that an editor can show while typing; the dependency rules check all of it. */
const PLUGIN_IMPORTS = [
  {
    regex: '^@patchbay/(?!plugin-sdk$|testing(/suite)?$)',
    message: 'A plugin may import @patchbay/plugin-sdk only. If something is missing there, add it to the SDK.',
  },
  { regex: '^\\.\\./', message: 'A plugin is one folder: it imports nothing outside of it, and no other plugin.' },
  {
    regex: '^(@nestjs/|typeorm$|pg$|bullmq$|ioredis$|fastify$|@fastify/)',
    message: 'The host makes the Nest module and owns the database and the queue: a plugin is a plain object.',
  },
  {
    regex: '^(axios|undici|got|node-fetch|superagent)$',
    message: 'Send with `context.http`: it has the time limit, the egress guard, the redaction and the error kinds.',
  },
];

/** Modules for the network and the machine, which a plugin must not import. Sandboxes are servers, and specs may read files. */
const PLUGIN_SYSTEM_IMPORTS = {
  regex: '^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads)(/|$)',
  message: 'A plugin reaches the world through its context: `context.http` to send, `context.logger` to log.',
};

const FORWARD_REF = [
  {
    selector: 'CallExpression[callee.name="forwardRef"], ImportSpecifier[imported.name="forwardRef"]',
    message: 'forwardRef hides a cycle between modules. Move what both need into a third one, or take a port.',
  },
];

/** `export *` makes every name of a file public, and hides from knip which of them nobody uses. */
const EXPORT_ALL = [{ selector: 'ExportAllDeclaration', message: 'Export names, not `*`: each is then a decision.' }];

/** The clock of the host, which may be wrong. It is read in libs/core/src/clock.ts alone. */
const HOST_CLOCK = [
  ':matches(MemberExpression[object.name="Date"], MemberExpression[object.property.name="Date"])' +
    ':matches([property.name="now"], [property.value="now"])',
  'VariableDeclarator[init.name="Date"] > ObjectPattern',
  'NewExpression[callee.name="Date"][arguments.length=0]',
  'CallExpression[callee.name="Date"]',
  'MemberExpression[object.name="performance"][property.name="timeOrigin"]',
].map((selector) => ({
  selector,
  message:
    'The clock of the host may be wrong. Use the `Clock` port (`context.now()` in a plugin), `clock_timestamp()` in SQL, ' +
    'or `performance.now()` for durations.',
}));

const FOCUSED_TEST = [
  {
    selector: 'CallExpression[callee.object.name=/^(describe|it|test)$/][callee.property.name="only"]',
    message: 'A focused test switches all others off.',
  },
];

/** A DTO's optional property, which must not accept null by the way. */
const OPTIONAL = {
  regex: '^class-validator$',
  importNames: ['IsOptional'],
  message: 'IsOptional skips all other rules for null. Use @Optional() of apps/hub/src/http/optional.ts.',
};

/** Folders whose comments and names use the standard terms. Grows until it holds the whole tree. */
const PLAIN_WORDS = [
  'apps/cli/**/*.{ts,js}',
  'libs/core/src/**/*.ts',
  'libs/database/src/{audit,deliveries,erasure,events,locks,messaging,operations,read,replays,status-updates,workers}/**/*.ts',
  'libs/database/src/{clock,configuration,entities,keys,partitions,testing}/**/*.ts',
  'libs/http/src/client/**/*.ts',
  'libs/queue/src/**/*.ts',
  'libs/{config,embedded,mapping,recipients,sources,vault}/**/*.ts',
  'libs/{plugin-host,plugin-sdk,testing}/**/*.{ts,mjs}',
  'plugins/**/*.ts',
  'test/{bench,chaos,examples,presets,repeat,trace}/**/*.{ts,mjs}',
  ...['apps/hub/**/*.ts', 'test/e2e/**/*.ts', 'test/privacy/**/*.ts'],
];

const restrictImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    'coverage/',
    '.patchbay/',
    'test/architecture/bad-tree/',
    'libs/plugin-host/fixtures/bad/',
    'apps/console/',
  ]),

  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: PLAIN_WORDS,
    plugins: { words: { rules: { 'plain-words': plainWords } } },
    rules: { 'words/plain-words': 'error' },
  },

  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'Buffer', 'URL', 'fetch', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']
          .concat(['AbortController', 'AbortSignal', 'performance', 'TextDecoder', 'TextEncoder', 'setImmediate'])
          .map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { patchbay: { rules: { 'exported-needs-docstring': exportedNeedsDocstring } } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'no-restricted-syntax': ['error', ...FORWARD_REF, ...HOST_CLOCK, ...EXPORT_ALL],
      ...restrictImports(DEEP_IMPORT, CLIMBING),

      // Whoever adds a state, a kind or an outcome is led to every place that has to know it: a default would hide them.
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Leaves files with decorators alone, where an injected class has to stay an import of a value.
      '@typescript-eslint/consistent-type-imports': 'error',
      // `as` may widen; narrowing takes a check, so that a doubt cannot hide.
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-shadow': 'error',

      // Nest's modules and controllers are classes for their decorator's sake.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // `async` without `await` turns a throw into a rejection, which is what a port that returns a promise promises.
      '@typescript-eslint/require-await': 'off',
      // Spreading a string is the way to its code points.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Two roles that hold the same today keep a name each.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // JSON is typed by an index; dots suit known names, brackets suit names that came from outside.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },

  // Authors of plugins and adapters read these without the code behind them. Elsewhere a docstring exists if it says more
  // than the signature.
  {
    files: ['libs/{plugin-sdk,testing}/src/**/*.ts', '{apps,libs}/**/*.port.ts'],
    rules: { 'patchbay/exported-needs-docstring': 'error' },
  },

  {
    files: ['plugins/**/*.ts'],
    rules: {
      ...restrictImports(DEEP_IMPORT, ...PLUGIN_IMPORTS, PLUGIN_SYSTEM_IMPORTS),
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'A plugin reads no environment: what a brand may set is a field of `credentials` or `settings`.',
        },
      ],
      'no-restricted-globals': [
        'error',
        {
          name: 'fetch',
          message: 'Send with `context.http`: it has the time limit, the egress guard and the redaction.',
        },
        {
          name: 'setTimeout',
          message: 'A plugin never waits or retries: throw a DeliveryError, the hub does the rest.',
        },
        {
          name: 'setInterval',
          message: 'A plugin must not run timers or other background work between two deliveries.',
        },
      ],
    },
  },
  {
    files: ['plugins/**/*.spec.ts', 'plugins/*/sandbox.ts'],
    rules: { ...restrictImports(DEEP_IMPORT, ...PLUGIN_IMPORTS), 'no-restricted-globals': 'off' },
  },

  // The clock itself, and vendors, which have clocks of their own.
  {
    files: ['libs/core/src/clock.ts', 'libs/testing/src/**/*.ts', 'plugins/*/sandbox*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...FORWARD_REF] },
  },

  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...FORWARD_REF, ...FOCUSED_TEST],
      'patchbay/exported-needs-docstring': 'off',
      // Tests hold what they built themselves: a wrong guess fails the test, not a customer.
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  // A DTO is a class for the sake of its decorators: Swagger and class-validator read its shape, and nobody makes one.
  {
    files: ['apps/hub/src/**/*.ts'],
    rules: {
      ...restrictImports(DEEP_IMPORT, CLIMBING, OPTIONAL),
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },

  // The command line talks to a person by its output, and the scripts and the bench do too.
  { files: ['apps/cli/src/**/*.ts', 'test/bench/**/*.ts', 'test/chaos/**/*.ts'], rules: { 'no-console': 'off' } },

  prettier,
);
