import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { ROOT } from './tree.js';

/** ESLint with the project's configuration. Rules that need types are off, because a snippet is not a file on disk. */
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfigFile: join(ROOT, 'eslint.config.js'),
  overrideConfig: [
    { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { project: false } } },
  ],
});

async function violatedRules(filePath: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, filePath) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const LIB = 'libs/core/src/example.ts';
const PLUGIN = 'plugins/acme-sms/index.ts';
const SANDBOX = 'plugins/acme-sms/sandbox.ts';
const SPEC = 'libs/core/src/example.spec.ts';
const PORT = 'libs/core/src/example.port.ts';
const IMPORTS = 'no-restricted-imports';
const DOCSTRING = 'patchbay/exported-needs-docstring';

const refused: readonly (readonly [what: string, file: string, code: string, rule: string])[] = [
  ['a deep import', LIB, "import '@patchbay/http/src/client.js';", IMPORTS],
  ['another library by a relative path', LIB, "import '../../http/src/index.js';", IMPORTS],
  ['services of another library than testing', LIB, "import '@patchbay/core/services';", IMPORTS],
  [
    'forwardRef',
    'apps/hub/src/example.ts',
    "import { forwardRef } from '@nestjs/common';\nforwardRef();",
    'no-restricted-syntax',
  ],
  ['IsOptional in the hub', 'apps/hub/src/example.ts', "import { IsOptional } from 'class-validator';", IMPORTS],
  ['an export of everything', LIB, "export * from './other.js';", 'no-restricted-syntax'],
  ['the clock of the host', LIB, 'export const at = Date.now();', 'no-restricted-syntax'],
  ['the clock of the host by another name', LIB, 'const { now } = Date;\nvoid now;', 'no-restricted-syntax'],
  ['the clock of the host as a function', LIB, 'const now = globalThis.Date.now;\nvoid now;', 'no-restricted-syntax'],
  ['a Date of the current time', LIB, 'const at = new Date();\nvoid at;', 'no-restricted-syntax'],
  ['the current time as a text', LIB, 'const at = Date();\nvoid at;', 'no-restricted-syntax'],
  ['the start time of the process', LIB, 'void performance.timeOrigin;', 'no-restricted-syntax'],
  ['the clock of the host in a plugin', PLUGIN, 'void Date.now();', 'no-restricted-syntax'],
  ['any', LIB, 'const value: any = 1;\nvoid value;', '@typescript-eslint/no-explicit-any'],
  ['console', LIB, "console.log('here');", 'no-console'],
  ['a TODO comment', LIB, '// todo: later', 'no-warning-comments'],
  ['a focused test', SPEC, "it.only('works', () => undefined);", 'no-restricted-syntax'],
  ['another library in a plugin', PLUGIN, "import '@patchbay/core';", IMPORTS],
  ['another plugin in a plugin', PLUGIN, "import '../acme-email/index.js';", IMPORTS],
  ['the server of Nest in a plugin', PLUGIN, "import '@nestjs/core';", IMPORTS],
  ['axios in a plugin', PLUGIN, "import 'axios';", IMPORTS],
  ['a socket in a plugin', PLUGIN, "import 'node:https';", IMPORTS],
  ['another library in a sandbox', SANDBOX, "import '@patchbay/core';", IMPORTS],
  ['the environment in a plugin', PLUGIN, 'void process.env;', 'no-restricted-properties'],
  ['fetch in a plugin', PLUGIN, "void fetch('https://example.com');", 'no-restricted-globals'],
  ['waiting in a plugin', PLUGIN, 'setTimeout(() => undefined, 1);', 'no-restricted-globals'],
  ['an exported function without a docstring', PORT, 'export function a(): void {}', DOCSTRING],
  ['an exported class with a plain comment', PORT, '// about it\nexport class A { readonly a = 1; }', DOCSTRING],
  ['an exported interface without a docstring', PORT, 'export interface A { readonly a: string }', DOCSTRING],
  ['an exported type without a docstring', PORT, "export type A = 'a' | 'b';", DOCSTRING],
  ['a default export without a docstring', PORT, 'export default class {}', DOCSTRING],
];

const WORDS = 'words/plain-words';
const PLAIN = 'apps/cli/src/commands/listen.ts';

/** Code that the rule must reject: comments and names without the standard terms, and indirect comments. */
const indirect: readonly (readonly [what: string, code: string])[] = [
  ['an opener that hides the noun', '/** What became of a call. */\nexport interface A { readonly a: string }'],
  ['an opener that hides the verb', '/** Whether it is due. */\nexport function a(): void {}'],
  ['"is no"', '// The answer is no JSON.\nexport {};'],
  ['"whoever"', '// Atomic, whoever dies meanwhile.\nexport {};'],
  ['a phrase without its subject', '// Deletes those that ended.\nexport {};'],
  ['another word for an attempt', '// Polling is not a try.\nexport {};'],
  ['a passive without an actor', '// The operator is told.\nexport {};'],
  ['another word for a repair', '// The destination is mended.\nexport {};'],
  ['a long sentence', `// ${'word '.repeat(26)}.\nexport {};`],
  ['a long sentence over two comments of one line', `// ${'word '.repeat(13)}\n// ${'word '.repeat(13)}.\nexport {};`],
  ['a replaced name', 'export const fleet = 1;\nexport const putOff = fleet;'],
  ['a replaced name in a text', "export const sql = 'SELECT told_at FROM notes';"],
  ['a replaced name in a template', 'export const path = (id: string) => `/v1/forgettings/${id}`;'],
];

/** Code that the rule must accept, although a pattern of the rule could match by mistake. */
const plain: readonly (readonly [what: string, code: string])[] = [
  ['"there is no"', '// There is no route to the host.\nexport {};'],
  ['"is no longer"', '// The lease is no longer valid.\nexport {};'],
  ['the statement try', 'try { void 0; } catch { void 1; }'],
  ['sentences that are short', `// ${'word '.repeat(20)}. ${'Word '.repeat(20)}.\nexport {};`],
  ['a directive', `/* eslint no-var: ${'word '.repeat(30)} */\nexport {};`],
];

const accepted: readonly (readonly [what: string, file: string, code: string])[] = [
  ['a library by its name', LIB, "import '@patchbay/mapping';"],
  ['the services of the kit', SPEC, "import '@patchbay/testing/services';"],
  [
    "the SDK and the plugin's own folder, in a plugin",
    PLUGIN,
    "import '@patchbay/plugin-sdk';\nimport './acme.dto.js';\nimport 'twilio';",
  ],
  ['the kit and a server in a sandbox', SANDBOX, "import '@patchbay/testing';\nimport 'node:http';"],
  ['the clock of the host in the clock', 'libs/core/src/clock.ts', 'void Date.now();'],
  ['the clock of a vendor', SANDBOX, 'void Date.now();'],
  ['a Date of a given time, and a duration', LIB, 'void new Date(0);\nvoid performance.now();'],
  ['output of the command line', 'apps/cli/src/example.ts', "console.log('done');"],
  [
    'a self-explanatory export without a docstring',
    LIB,
    "export function isEmpty(text: string): boolean { return text === ''; }",
  ],
  ['a docstring above a decorator', PORT, '/** What it is. */\n@Injectable()\nexport class A {}'],
  ['a type that is derived from a constant', PORT, 'export type A = (typeof NAMES)[number];'],
  [
    'overloads under one docstring',
    PORT,
    '/** What it does. */\nexport function a(b: string): void;\nexport function a(b: number): void;\nexport function a(b: unknown): void {\n  void b;\n}',
  ],
];

describe('lint rules', () => {
  it.each(indirect)('refuse %s', async (_what, code) => {
    expect(await violatedRules(PLAIN, code)).toContain(WORDS);
  });

  it.each(plain)('accept %s', async (_what, code) => {
    expect(await violatedRules(PLAIN, code)).not.toContain(WORDS);
  });

  it.each(refused)('refuse %s', async (_what, file, code, rule) => {
    expect(await violatedRules(file, code)).toContain(rule);
  });

  it.each(accepted)('accept %s', async (_what, file, code) => {
    const ours = [IMPORTS, DOCSTRING, 'no-console', 'no-restricted-syntax'];
    expect(
      (await violatedRules(file, code)).filter((rule) => ours.includes(rule) || rule.startsWith('Parsing')),
    ).toEqual([]);
  });
});
