import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { foldersIn, ROOT } from '../architecture/tree.js';
import { cell, code, table } from './markdown.js';

const NOT_PLUGINS = ['dist', 'node_modules'];

/** Returns `docs/connectors.md`: the destination types that come with the hub. */
export async function connectorList(): Promise<string> {
  const types = foldersIn(join(ROOT, 'plugins')).filter((name) => !NOT_PLUGINS.includes(name));
  const definitions = await Promise.all(types.map(definitionOf));
  return [
    '# Connectors',
    '',
    'These destination types come with Patchbay. The page of each one lists the steps at the vendor, a block for the brand file, and the',
    'fields of its message. [Writing a plugin](plugin-guide.md) shows how to add a destination type.',
    '',
    ...table(
      ['destination type', 'name', 'kind', 'purpose'],
      definitions.map(({ type, label, category, description }) => [
        `[${code(type)}](../plugins/${type}/README.md)`,
        cell(label),
        cell(category),
        cell(description),
      ]),
    ),
    '',
    'Events come from the [sources](configuration.md#sources) of a brand: Capillary Event Notifications, CloudEvents, any JSON, or',
    '[files](files.md).',
    '',
  ].join('\n');
}

async function definitionOf(type: string): Promise<AnyDestinationDefinition> {
  const path = pathToFileURL(join(ROOT, 'plugins', type, 'index.ts')).href;
  const { default: definition } = (await import(path)) as { readonly default: AnyDestinationDefinition };
  return definition;
}
