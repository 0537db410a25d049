import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { numberAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { readVersion, splitName } from './resource-names.js';

/** Adds the command `patchbay versions <brand>/<subscription> [version]`. */
export function addVersions(program: Command, context: CliContext): void {
  program
    .command('versions')
    .argument('<brand/subscription>', 'e.g. acme/points-sms')
    .argument('[version]', 'show what this version changed', readVersion)
    .option('--json', 'print one JSON document')
    .description('List the newest versions of a subscription, or show what one of them changed.')
    .action(async (target: string, version: number | undefined, { json = false }: { json?: boolean }) => {
      const { brand, name } = splitName(target, 'subscription');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.get(
        version === undefined
          ? apiPath('/v1/brands/{brand}/subscriptions/{name}/versions', { brand, name })
          : apiPath('/v1/brands/{brand}/subscriptions/{name}/versions/{version}/diff', { brand, name, version }),
      );
      reporter.document(answer);
      for (const line of version === undefined ? listLines(answer) : diffLines(answer, version)) reporter.line(line);
    });
}

function listLines(answer: JsonObject): readonly string[] {
  const rows = objectsAt(answer, 'data').map((one) => [
    `${numberAt(one, 'version')}${one.current === true ? ' (current)' : ''}`,
    textAt(one, 'createdAt') ?? '',
    textAt(one, 'createdBy') ?? '',
    textsAt(one, 'changed').join(', '),
  ]);
  return [formatTable(['VERSION', 'TIME', 'BY', 'CHANGED'], rows)];
}

function diffLines(answer: JsonObject, version: number): readonly string[] {
  const changes = objectsAt(answer, 'changes');
  const from = answer.from === null ? 'Version' : `From version ${numberAt(answer, 'from')} to`;
  if (changes.length === 0) return [`${from} ${version}: nothing differs.`];
  return [
    `${from} ${version}:`,
    ...changes.flatMap(({ before, after, ...change }) => [
      `  ${printable(textAt(change, 'field') ?? '')}`,
      `    - ${printable(JSON.stringify(before))}`,
      `    + ${printable(JSON.stringify(after))}`,
    ]),
  ];
}
