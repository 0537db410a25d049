import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addPluginDev } from './plugin-dev.js';
import { addPluginKit } from './plugin-kit.js';
import { addPluginNew } from './plugin-new.js';

/** Adds the commands `patchbay plugin …`. */
export function addPlugin(program: Command, context: CliContext): void {
  const plugin = program.command('plugin').description('Create and try plugins, which provide destination types.');
  addPluginNew(plugin, context);
  addPluginDev(plugin, context);
  addPluginKit(plugin, context);
}
