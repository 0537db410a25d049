import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { countAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';
import { withStopSignal } from './stop-signal.js';

const POLL_INTERVAL_MS = 1_000;
/** Maximum number of missing events that are printed. */
const SHOWN_EVENTS = 20;

interface LogChecksOptions {
  readonly cancel?: boolean;
  readonly json?: boolean;
}

/** Adds the command `patchbay capillary log-checks <brand> [id]`. */
export function addLogChecks(capillary: Command, context: CliContext): void {
  capillary
    .command('log-checks')
    .argument('<brand>', 'name of the brand')
    .argument('[id]', 'id of a check; without it, the last checks are listed')
    .option('--cancel', 'cancel the check')
    .option('--json', 'print one JSON document')
    .description("List the checks of Capillary's log, or show the missing events of one. `reconcile` starts a check.")
    .action(async (brand: string, id: string | undefined, { cancel = false, json = false }: LogChecksOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/capillary/log-checks', { brand: brandName(brand) });
      if (id === undefined) {
        const answer = await client.get(path);
        reporter.document(answer);
        const checks = objectsAt(answer, 'data');
        if (checks.length === 0) reporter.line("Capillary's log was not checked yet.");
        for (const check of checks) reporter.line(`${printable(textAt(check, 'id') ?? '?')}  ${checkLine(check)}`);
        return;
      }
      const names = { brand: brandName(brand), id };
      const check = cancel
        ? await client.post(apiPath('/v1/brands/{brand}/capillary/log-checks/{id}/cancel', names))
        : await client.get(apiPath('/v1/brands/{brand}/capillary/log-checks/{id}', names));
      reporter.document(check);
      for (const line of [checkLine(check), ...resultLines(brand, check)]) reporter.line(line);
    });
}

/**
 * Prints the progress of a check until it has ended, then its result. Resolves with its final state, or with its last
 * state if the command is stopped. The hub continues the check then.
 */
export async function followLogCheck(
  client: HubClient,
  brand: string,
  started: JsonObject,
  reporter: Reporter,
): Promise<JsonObject> {
  const path = apiPath('/v1/brands/{brand}/capillary/log-checks/{id}', {
    brand: brandName(brand),
    id: textAt(started, 'id') ?? '',
  });
  const onStop = (): void => reporter.line('Stopped waiting. The hub continues the check.');
  return withStopSignal(onStop, async (signal) => {
    let current = started;
    for (let shown = ''; !signal.aborted;) {
      current = await client.get(path);
      const line = checkLine(current);
      if (line !== shown) reporter.line(line);
      shown = line;
      if (typeof current.endedAt === 'string') break;
      await wait(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    for (const line of resultLines(brand, current)) reporter.line(line);
    return current;
  });
}

function checkLine(check: JsonObject): string {
  const [state, from, to] = ['state', 'from', 'to'].map((name) => printable(textAt(check, name) ?? '?'));
  const reason = textAt(check, 'reason');
  const [entries, missing, recovered] = ['entries', 'missing', 'recovered'].map((name) => countAt(check, name));
  const atLeast = check.isExact === false ? 'at least ' : '';
  return (
    `log of ${from} to ${to}: ${state}, ${entries} entries, ${atLeast}${missing} missing, ${recovered} recovered` +
    (reason === undefined ? '' : ` (${printable(reason, 500)})`)
  );
}

/** Returns the counts per event type, the first missing events, and how to recover them. */
function resultLines(brand: string, check: JsonObject): readonly string[] {
  const types = objectsAt(check, 'types').map((one) => {
    const counts = ['entries', 'stored', 'waiting', 'quarantined', 'missing', 'recovered'];
    return `  ${printable(textAt(one, 'type') ?? '?')}: ${counts.map((name) => `${countAt(one, name)} ${name}`).join(', ')}`;
  });
  const events = objectsAt(check, 'missingEvents');
  if (events.length === 0) return types;
  const rest = countAt(check, 'missing') - SHOWN_EVENTS;
  return [
    ...types,
    'Missing events:',
    ...events.slice(0, SHOWN_EVENTS).map((event) => {
      const [type, eventId, at, status] = ['type', 'eventId', 'occurredAt', 'status'].map((name) =>
        printable(textAt(event, name) ?? '-'),
      );
      return `  ${type}  ${eventId}  ${at}  ${status}`;
    }),
    ...(rest > 0 ? [`  and ${rest} more: use --json`] : []),
    'Ask Capillary for them as an NDJSON file, then:',
    `  patchbay import ${printable(brand)} <source> <file> --recovered`,
  ];
}
