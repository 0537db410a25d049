import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { countAt, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { addLogChecks, followLogCheck } from './capillary-log-checks.js';
import { brandName } from './resource-names.js';

interface JsonOption {
  readonly json?: boolean;
}

interface RegisterOptions extends JsonOption {
  readonly dryRun?: boolean;
  readonly rotateSecret?: boolean;
}

/** Adds the commands `patchbay capillary …`. */
export function addCapillary(program: Command, context: CliContext): void {
  const capillary = program
    .command('capillary')
    .description('Register a brand at Capillary, and find events of Capillary that the hub does not have.');
  addRegister(capillary, context);
  addStatus(capillary, context);
  addVerify(capillary, context);
  addReconcile(capillary, context);
  addLogChecks(capillary, context);
  addUnregister(capillary, context);
}

function addRegister(capillary: Command, context: CliContext): void {
  capillary
    .command('register')
    .argument('<brand>', 'name of the brand')
    .option('--dry-run', 'show the changes without making them')
    .option('--rotate-secret', 'replace the secret; both secrets are accepted until Capillary has the new one')
    .option('--json', 'print one JSON document')
    .description('Create or update the webhook of a brand at Capillary. Shows the changes first.')
    .action(async (brand: string, { dryRun = false, rotateSecret = false, json = false }: RegisterOptions) => {
      const reporter = new Reporter(context, json);
      const path = apiPath('/v1/brands/{brand}/capillary/register', { brand: brandName(brand) });
      const client = new HubClient(hubAddress(context.env));
      const plan = await client.post(path, { dryRun: true });
      for (const line of planLines(plan, rotateSecret)) reporter.line(line);
      if (dryRun) return reporter.document(plan);
      const applied = await client.post(path, { rotateSecret });
      reporter.document(applied);
      reporter.line(`${reporter.paint.good('Registered')}: Capillary sends ${eventText(applied)} to the hub.`);
    });
}

function addStatus(capillary: Command, context: CliContext): void {
  capillary
    .command('status')
    .argument('<brand>', 'name of the brand')
    .option('--refresh', 'compare with Capillary now')
    .option('--json', 'print one JSON document')
    .description('Show the registration of a brand, and changes that somebody made at Capillary.')
    .action(async (brand: string, { refresh = false, json = false }: JsonOption & { refresh?: boolean }) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const names = { brand: brandName(brand) };
      const answer = refresh
        ? await client.post(apiPath('/v1/brands/{brand}/capillary/check', names))
        : await client.get(apiPath('/v1/brands/{brand}/capillary', names));
      reporter.document(answer);
      for (const line of statusLines(brand, answer)) reporter.line(line);
    });
}

function addVerify(capillary: Command, context: CliContext): void {
  capillary
    .command('verify')
    .argument('<brand>', 'name of the brand')
    .option('--json', 'print one JSON document')
    .description('Test the access of a brand to Capillary.')
    .action(async (brand: string, { json = false }: JsonOption) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post(
        apiPath('/v1/brands/{brand}/capillary/verify', { brand: brandName(brand) }),
      );
      reporter.document(answer);
      reporter.line(
        `${reporter.paint.good('ok')}  Capillary accepts the key, and has ${Number(answer['webhooks'])} webhooks.`,
      );
    });
}

interface ReconcileOptions extends JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly consumerGroup?: string;
}

function addReconcile(capillary: Command, context: CliContext): void {
  capillary
    .command('reconcile')
    .argument('<brand>', 'name of the brand')
    .option('--from <day>', 'first UTC day, e.g. 2026-11-24 (default: six days before the last day)')
    .option('--to <day>', 'last UTC day (default: yesterday)')
    .option('--consumer-group <id>', 'consumer group at Capillary (default: that of the webhook that calls the source)')
    .option('--json', 'print one JSON document')
    .description(
      "Compare the stored events of each day with Capillary's counts, and with its log if the brand names its fields.",
    )
    .action(async (brand: string, { json = false, ...request }: ReconcileOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(apiPath('/v1/brands/{brand}/capillary/reconcile', { brand: brandName(brand) }), {
        ...request,
      });
      for (const day of objectsAt(answer, 'days')) reporter.line(dayLine(day));
      const started = objectAt(answer, 'logCheck');
      if (started !== undefined) {
        const logCheck = await followLogCheck(client, brand, started, reporter);
        return reporter.document({ ...answer, logCheck });
      }
      reporter.document(answer);
      const missing = countAt(answer, 'missing');
      if (missing === 0) return reporter.line(`${reporter.paint.good('ok')}  The hub has all events.`);
      reporter.line(
        `${reporter.paint.bad('missing')}  ${missing} events. Ask Capillary for them as an NDJSON file, then:`,
      );
      reporter.line(`  patchbay import ${printable(brand)} <source> <file> --recovered`);
    });
}

function addUnregister(capillary: Command, context: CliContext): void {
  capillary
    .command('unregister')
    .argument('<brand>', 'name of the brand')
    .option('--json', 'print one JSON document')
    .description('Delete the webhook of a brand at Capillary. Capillary then sends no more events of the brand.')
    .action(async (brand: string, { json = false }: JsonOption) => {
      const reporter = new Reporter(context, json);
      reporter.document(
        await new HubClient(hubAddress(context.env)).post(
          apiPath('/v1/brands/{brand}/capillary/unregister', { brand: brandName(brand) }),
        ),
      );
      reporter.line(`${printable(brand)} is not registered at Capillary any more.`);
    });
}

function planLines(plan: JsonObject, rotateSecret: boolean): string[] {
  const changes = objectsAt(plan, 'changes');
  const webhook = `Webhook "${printable(textAt(plan, 'name') ?? '')}"`;
  const secret = rotateSecret ? ['  header: the secret is replaced'] : [];
  if (changes.length === 0) return [`${webhook} is up to date at Capillary.`, ...secret];
  const verb = textAt(plan, 'webhookId') === undefined ? 'is created' : 'is changed';
  return [`${webhook} ${verb}:`, ...changes.map(changeLine), ...secret];
}

function dayLine(day: JsonObject): string {
  const [total, retrying, pending, accepted, quarantined, missing] = [
    ...['total', 'retrying', 'pending', 'accepted', 'quarantined', 'missing'],
  ].map((name) => countAt(day, name));
  return (
    `${printable(textAt(day, 'day') ?? '')}  Capillary: ${total} (${retrying} retrying, ${pending} pending)  ` +
    `hub: ${accepted} accepted, ${quarantined} quarantined  missing: ${missing}`
  );
}

function changeLine(change: JsonObject): string {
  const [field, before, after] = ['field', 'before', 'after'].map((name) => printable(textAt(change, name) ?? 'none'));
  return `  ${field}: ${before} -> ${after}`;
}

function eventText(plan: JsonObject): string {
  const count = textsAt(plan, 'eventNames').length;
  return count === 1 ? '1 event type' : `${count} event types`;
}

function statusLines(brand: string, status: JsonObject): string[] {
  const name = printable(brand);
  if (status['registered'] !== true) {
    return [`${name} is not registered. To register it: patchbay capillary register ${name}`];
  }
  const lines = [`${name} receives ${eventText(status)}: ${printable(textsAt(status, 'eventNames').join(', '))}`];
  const repair = `To restore it: patchbay capillary register ${name}`;
  if (status['deleted'] === true) return [...lines, `Somebody deleted the webhook at Capillary. ${repair}`];
  const drift = objectsAt(status, 'drift');
  return drift.length === 0
    ? lines
    : [...lines, 'Somebody changed the webhook at Capillary:', ...drift.map(changeLine), repair];
}
