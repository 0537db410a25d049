import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { exportedNeedsDocstring } from './test/architecture/lint/exported-needs-docstring.js';
import { plainWords } from './test/architecture/lint/plain-words.js';

/** Code that only runs in tests: specs, and the test data builders of each library. */
const TESTS = ['**/*.{spec,e2e-spec,kit-spec}.ts', 'test/**/*.ts', '{apps,libs}/*/src/testing/**/*.ts'];

/** Forbids imports of files inside a library. Every rule for imports contains this pattern. */
const DEEP_IMPORT = {
  regex: '^@patchbay/[^/]+/(?!(examples|services|suite)$)|^@patchbay/(?!testing/)[^/]+/(examples|services|suite)$',
  message: 'This imports a file inside a library. Import the library by its name alone, for example `@patchbay/core`.',
};

/** Forbids imports of another library by a relative path. The dependency rules define which libraries may be imported. */
const CLIMBING = {
  regex: '^(\\.\\./)+(libs/)?[^./][^/]*/src/',
  message: 'This imports another library by a relative path. Import it by its name, for example `@patchbay/core`.',
};

/**
 * Import rules of the plugin contract as ESLint patterns, so that an editor can show violations while you type. The
 * dependency rules in .dependency-cruiser.cjs check all imports.
 */
const PLUGIN_IMPORTS = [
  {
    regex: '^@patchbay/(?!plugin-sdk$|testing(/suite)?$)',
    message:
      'Of the libraries, a plugin may import only @patchbay/plugin-sdk. If something is missing there, add it to ' +
      'the SDK.',
  },
  {
    regex: '^\\.\\./',
    message: 'A plugin must not import files outside its folder. Copy what it needs, or add it to the SDK.',
  },
  {
    regex: '^(@nestjs/(?!common$)|typeorm$|pg$|bullmq$|ioredis$|fastify$|@fastify/)',
    message:
      'A plugin must not use the server, the database or the queue, because only the hub uses them. Use its `context`. ' +
      'A plugin with a Nest module imports only @nestjs/common.',
  },
  {
    regex: '^(axios|undici|got|node-fetch|superagent)$',
    message:
      'A plugin must not use its own HTTP client. Use `context.http` or `context.axios`, which add the time limit, the ' +
      'egress check and the redaction.',
  },
];

/**
 * Node.js modules for network, files and processes, which a plugin must not import. Sandboxes and specs are exempt:
 * sandboxes are servers, and specs may read files.
 */
const PLUGIN_SYSTEM_IMPORTS = {
  regex: '^(node:)?(http|https|http2|net|tls|dgram|dns|fs|child_process|cluster|worker_threads)(/|$)',
  message:
    'A plugin must not access the network or the machine. Use `context.http` to send and `context.logger` to log.',
};

const FORWARD_REF = [
  {
    selector: 'CallExpression[callee.name="forwardRef"], ImportSpecifier[imported.name="forwardRef"]',
    message:
      'forwardRef hides a cycle between two modules. Move their shared code to a third module, or inject a port.',
  },
];

/** `export *` makes every name of a file public. knip then cannot find names that no other file uses. */
const EXPORT_ALL = [
  {
    selector: 'ExportAllDeclaration',
    message: 'Export each name instead of `*`, so that no name becomes public by accident.',
  },
];

/** Forbids reading the clock of the host, which may be wrong. Only libs/core/src/clock.ts may read the host's clock. */
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
    'This reads the clock of the host, which may be wrong. Use the `Clock` port (`context.now()` in a plugin), ' +
    '`clock_timestamp()` in SQL, or `performance.now()` for durations.',
}));

const FOCUSED_TEST = [
  {
    selector: 'CallExpression[callee.object.name=/^(describe|it|test)$/][callee.property.name="only"]',
    message: 'A focused test prevents all other tests from running. Remove `.only`.',
  },
];

/** Forbids `@IsOptional()`, because it lets a DTO property accept null by accident. */
const OPTIONAL = {
  regex: '^class-validator$',
  importNames: ['IsOptional'],
  message:
    '@IsOptional() skips all other rules if the value is null. Use @Optional() of apps/hub/src/http/dto-fields.ts.',
};

/** Folders whose comments and names the rule `words/plain-words` checks. */
const PLAIN_WORDS = [
  'apps/cli/**/*.{ts,js}',
  'libs/core/src/**/*.ts',
  'libs/{database,http,queue}/src/**/*.ts',
  'libs/{client,config,embedded,mapping,recipients,sources,vault}/**/*.ts',
  'libs/{plugin-host,plugin-sdk,testing}/**/*.{ts,mjs}',
  'plugins/**/*.ts',
  'apps/hub/**/*.ts',
  'test/{architecture,bench,chaos,deploy,docs,e2e,examples,kit,large-day,large-lists,monitoring,presets,privacy,repeat,rolling-upgrade,standby-failover,trace,browser}/**/*.{ts,mjs,js}',
  'scripts/**/*.mjs',
  'apps/console/{src,build}/**/*.{ts,tsx}',
  'eslint.config.js',
];

/**
 * Files that the rule `words/plain-words` does not check, because they must contain former names: applied migrations,
 * earlier schemas, and the bad examples of the rule.
 */
const FORMER_NAMES = [
  'libs/database/src/migrations/{179*,hot-schema*}.ts',
  'libs/database/src/testing/earlier-schemas.ts',
  'test/architecture/lint-rules.spec.ts',
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
    'libs/client/src/schema.ts',
  ]),

  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: PLAIN_WORDS,
    ignores: FORMER_NAMES,
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
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { patchbay: { rules: { 'exported-needs-docstring': exportedNeedsDocstring } } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'no-restricted-syntax': ['error', ...FORWARD_REF, ...HOST_CLOCK, ...EXPORT_ALL],
      ...restrictImports(DEEP_IMPORT, CLIMBING),

      // If somebody adds a state, a kind or an outcome, this rule finds every `switch` that must handle it.
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // The rule ignores files with decorators, because an injected class must remain a value import, not a type
      // import.
      '@typescript-eslint/consistent-type-imports': 'error',
      // `as` may widen a type. To narrow a type, check the value.
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-shadow': 'error',

      // NestJS modules and controllers are classes only because decorators need a class.
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
      // `async` without `await` turns a thrown error into a rejection, as callers of a promise expect.
      '@typescript-eslint/require-await': 'off',
      // Spreading a string returns its code points, which is intended.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Two types with the same members may have different names, because their roles differ.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // JSON types have an index signature. Dots are for known names, brackets for names from outside.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },

  // Authors of plugins and adapters read the docstrings of these files without reading the code. In other files a
  // docstring is optional.
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
          message:
            'A plugin must not read environment variables. Declare a field in `credentials` or `settings` instead.',
        },
      ],
      'no-restricted-globals': [
        'error',
        {
          name: 'fetch',
          message:
            'A plugin must not use fetch. Use `context.http`: it adds the time limit, the egress check and the ' +
            'redaction.',
        },
        {
          name: 'setTimeout',
          message: 'A plugin must not wait or retry. Throw a DeliveryError; the hub then waits and retries.',
        },
        {
          name: 'setInterval',
          message: 'A plugin must not run timers or other background work between two deliveries. Remove this call.',
        },
      ],
    },
  },
  {
    files: ['plugins/**/*.spec.ts', 'plugins/*/sandbox.ts'],
    rules: { ...restrictImports(DEEP_IMPORT, ...PLUGIN_IMPORTS), 'no-restricted-globals': 'off' },
  },

  // Files that may read the clock of the host: the implementation of the hub's clock, and fake vendors.
  {
    files: ['libs/core/src/clock.ts', 'libs/testing/src/**/*.ts', 'plugins/*/sandbox*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...FORWARD_REF] },
  },

  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...FORWARD_REF, ...FOCUSED_TEST],
      'patchbay/exported-needs-docstring': 'off',
      // Tests know the types of the values that they create. A wrong assumption only fails the test.
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  // A DTO is a class only because Swagger and class-validator need decorators. The code never creates an instance itself.
  {
    files: ['apps/hub/src/**/*.ts'],
    rules: {
      ...restrictImports(DEEP_IMPORT, CLIMBING, OPTIONAL),
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },

  // The console is checked with the types of a browser. Its clock is the browser's, which one file reads.
  {
    files: ['apps/console/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './apps/console/tsconfig.json' } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      // Components take their properties apart, and properties are functions without `this`.
      '@typescript-eslint/unbound-method': 'off',
      'react-hooks/exhaustive-deps': 'error',
      // The type of `import('./en.json')` gives the keys of a message file without loading the file.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@patchbay/(?!client$)|^(\\.\\./)+(libs|plugins|apps)/',
              message:
                'The console runs in a browser and uses only the API. Import nothing of the hub but @patchbay/client.',
            },
          ],
        },
      ],
    },
  },
  { files: ['apps/console/src/lib/now.ts'], rules: { 'no-restricted-syntax': ['error', ...EXPORT_ALL] } },
  {
    files: ['test/browser/**/*.ts'],
    languageOptions: { parserOptions: { project: './test/browser/tsconfig.json' } },
    // Scripts that run in the page report to the test by the console of the page.
    rules: { 'no-console': 'off' },
  },

  // The command line, the benchmark and the fault suite print their output for a person.
  {
    files: [
      'apps/cli/src/**/*.ts',
      'test/bench/**/*.ts',
      'test/{chaos,large-lists,rolling-upgrade,standby-failover}/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },

  prettier,
);
