import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type TypeScript from 'typescript';
import { CliError } from '../cli-error.js';
import { listPluginFiles } from './plugin-files.js';

/** File that the hub loads. It reports each message to the command, which shows it. */
const REPORTING_ENTRY = `import definition from './index.js';

const report = (delivery, message) => process.send?.({ delivery: delivery.id, message });

const reporting = (action) => ({
  ...action,
  deliver(context, message) {
    report(context.delivery, message);
    return action.deliver(context, message);
  },
  ...(action?.deliverBatch && {
    deliverBatch(context, messages) {
      for (const { delivery, message } of messages) report(delivery, message);
      return action.deliverBatch(context, messages);
    },
  }),
});

const reportingActions = (actions) =>
  Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, reporting(action)]));

export default definition?.actions
  ? { ...definition, actions: reportingActions(definition.actions) }
  : reporting(definition);
`;

/**
 * Compiles a plugin into a new folder, which the hub can load as a package. Does not check types.
 * @throws CliError if the folder has no plugin, a file has a syntax error, or TypeScript is not installed
 */
export async function compilePlugin(folder: string, build: string): Promise<void> {
  for (const file of ['index.ts', 'sandbox.ts']) {
    if (!existsSync(join(folder, file)))
      throw new CliError(`${folder} has no ${file}.`, 'Name the folder of a plugin, for example plugins/acme-sms.');
  }
  const ts = await loadTypeScript();
  for (const path of listPluginFiles(folder).files) {
    const from = join(folder, path);
    const to = join(build, path.replace(/\.ts$/, '.js'));
    await mkdir(dirname(to), { recursive: true });
    if (path.endsWith('.ts')) await writeFile(to, compileFile(ts, from, await readFile(from, 'utf8')));
    else await copyFile(from, to);
  }
  await writeFile(join(build, 'package.json'), JSON.stringify({ type: 'module', exports: './reporting-entry.js' }));
  await writeFile(join(build, 'reporting-entry.js'), REPORTING_ENTRY);
  const packages = join(folder, 'node_modules');
  if (existsSync(packages)) await symlink(packages, join(build, 'node_modules'), 'junction');
}

function compileFile(ts: typeof TypeScript, file: string, text: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      inlineSourceMap: true,
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  const line = first.file?.getLineAndCharacterOfPosition(first.start ?? 0).line ?? 0;
  throw new CliError(`${file}:${line + 1}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
}

async function loadTypeScript(): Promise<typeof TypeScript> {
  try {
    return (await import('typescript')).default;
  } catch {
    throw new CliError(
      'TypeScript is not installed.',
      'Run the command in a full clone of Patchbay. The production image does not contain TypeScript.',
    );
  }
}
