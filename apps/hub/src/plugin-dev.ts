/**
 * Entry point of the hub of `patchbay plugin dev`. The hub loads a single plugin. The parent process sends
 * `{ "reload": <folder> }` after each change. The hub answers `{ "reloaded": true }` or `{ "problems": [<text>] }`.
 * Arguments: the folder that contains `node_modules/<package>`, and the name of the package.
 */
import { join } from 'node:path';
import { PluginBootError, type PluginLocations } from '@patchbay/plugin-host';
import { runHub } from './boot/run-hub.js';

const [folder = '', name = ''] = process.argv.slice(2);

function locationsIn(build: string): PluginLocations {
  return { pluginsDir: join(build, 'none'), packages: [name], packagesFrom: build };
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof PluginBootError) return error.problems.map(({ message }) => message);
  return [error instanceof Error ? error.message : String(error)];
}

const hub = await runHub(locationsIn(folder));
process.on('message', (message: { readonly reload: string }) => {
  hub.reloadPlugins(locationsIn(message.reload)).then(
    () => process.send?.({ reloaded: true }),
    (error: unknown) => process.send?.({ problems: problemsOf(error) }),
  );
});
