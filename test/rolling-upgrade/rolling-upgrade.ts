import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import { ownPostgres, until } from '@patchbay/testing/services';
import { BRAND, brandEnvironment, brandFileWith, INGEST_HEADERS, INGEST_PATH } from '../chaos/support/brand.js';
import { DatabaseView } from '../chaos/support/database-view.js';
import type { Verdict } from '../chaos/support/ledger.js';
import { SeededRandom } from '../chaos/support/seeded-random.js';
import { Sender } from '../chaos/support/sender.js';
import { Sink } from '../chaos/support/sink.js';
import { sleep } from '../chaos/support/sleep.js';
import { verdictOf } from '../chaos/support/verdict-of.js';
import { Balancer } from './balancer.js';
import type { Build } from './builds.js';
import { Instance, instanceEnvironment, type Work } from './instance.js';

const DRAINED_WITHIN_MS = 120_000;
const STEP_MS = 250;
/** Time limit of a call to the receiver. Longer than any stall of a busy machine, so that no attempt is unconfirmed. */
const CALL_TIMEOUT_MS = 10_000;
/** Setting of a destination that the earliest builds do not have. */
const WITH_BATCH = /, batch: \{[^}]*\}/;

/** Builds and load of an upgrade. */
export interface RollingUpgradeOptions {
  readonly previous: Build;
  readonly next: Build;
  readonly phaseSeconds: number;
  readonly ratePerSecond: number;
  /** True to stop all processes of the earlier build before the first process of the next build starts. */
  readonly stopped: boolean;
  readonly say: (line: string) => void;
}

/** Work and end of one process. */
interface ProcessEntry extends Work {
  readonly name: string;
  readonly build: string;
  readonly exitCode: number | null;
}

/** Ledger of an upgrade. */
export interface RollingUpgradeResult {
  readonly verdict: Verdict;
  /** Answers of the ingest endpoint other than 202 and 429, after which a sender may drop events. */
  readonly wrongAnswers: readonly string[];
  readonly processes: readonly ProcessEntry[];
  /** Steps of the upgrade that did not have the expected result. */
  readonly problems: readonly string[];
  readonly passed: boolean;
}

/** Upgrades processes under load, and compares what was acknowledged, received and stored. */
export async function rollingUpgrade(options: RollingUpgradeOptions): Promise<RollingUpgradeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-upgrade-'));
  const postgres = await ownPostgres();
  const random = new SeededRandom(1);
  const sink = await Sink.start(random.fork());
  const balancer = await Balancer.start();
  await mkdir(join(folder, 'config', 'brands'), { recursive: true });
  const upgrade = new Upgrade(options, balancer, sink, folder, {
    ...instanceEnvironment(postgres.url, folder),
    ...brandEnvironment(sink.url),
  });
  const sender = new Sender({
    ...{ url: `${balancer.url}${INGEST_PATH}`, headers: INGEST_HEADERS, random: random.fork(), prefix: 'upgrade' },
  });
  const database = new DatabaseView(postgres.url);
  try {
    await (options.stopped ? upgrade.playStopped(sender) : upgrade.playRolling(sender));
    await sender.finished();
    await until(async () => (await database.backlog()).waiting === 0, {
      what: 'the backlog to be delivered',
      timeoutMs: DRAINED_WITHIN_MS,
    }).catch(() => undefined);
    await upgrade.stopAll();
    const records = { database, sink, leasesEnded: new Map(), replayed: new Map() };
    const { verdict } = await verdictOf(records, sender.acknowledgements.events);
    return upgrade.result(verdict, sender.acknowledgements.wrongAnswers);
  } finally {
    await sender.stop();
    await upgrade.stopAll();
    await database.close();
    await balancer.close();
    await sink.close();
    await postgres.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Steps of an upgrade. */
class Upgrade {
  private readonly running: Instance[] = [];
  private readonly processes: ProcessEntry[] = [];
  private readonly problems: string[] = [];

  constructor(
    private readonly options: RollingUpgradeOptions,
    private readonly balancer: Balancer,
    private readonly sink: Sink,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Replaces one process after the other. */
  async playRolling(sender: Sender): Promise<void> {
    const { previous, next } = this.options;
    await this.writeBrand(brandFileWith(CALL_TIMEOUT_MS));
    const oldApi = await this.start('old-1', previous, 'all');
    const oldOther = await this.start('old-2', previous, 'all');
    const oldWorker = await this.start('old-3', previous, 'worker');
    await this.load(sender, 'only the previous version');

    const newApi = await this.start('new-1', next, 'all');
    await this.expect('the first new process expanded the database', async () => {
      const { newest, contracting } = await schemaOf(newApi);
      return newest >= 1 && contracting.length > 0 ? null : `newest ${newest}, ${contracting.length} to contract`;
    });
    await this.load(sender, 'both versions');
    await this.expect('the contraction is refused while earlier processes run', async () => {
      const { status } = await newApi.call('POST', '/v1/schema/contract');
      return status === 409 ? null : `status ${status}`;
    });

    await this.stop(oldApi);
    await this.start('new-2', next, 'all');
    await this.load(sender, 'both versions');
    await this.stop(oldOther);
    const oldAgain = await this.start('old-4', previous, 'all');
    await this.load(sender, 'an earlier process that started on the expanded database');
    await this.stop(oldAgain);
    await this.start('new-3', next, 'worker');
    await this.load(sender, 'one earlier worker');
    await this.stop(oldWorker);

    await this.during(sender, 'the contraction succeeds under load', () => this.contract(newApi));
    await this.load(sender, 'only the new version');
  }

  /** Stops all processes of the earlier build while deliveries wait, then starts the next build. */
  async playStopped(sender: Sender): Promise<void> {
    const { previous, next } = this.options;
    await this.writeBrand(brandFileWith(CALL_TIMEOUT_MS).replace(WITH_BATCH, ''));
    const oldApi = await this.start('old-1', previous, 'all');
    const oldWorker = await this.start('old-2', previous, 'worker');
    await this.load(sender, 'only the earlier version');
    this.sink.turn('away');
    await this.load(sender, 'the receiver is away');
    await sender.finished();
    await this.stop(oldApi);
    await this.stop(oldWorker);

    await this.writeBrand(brandFileWith(CALL_TIMEOUT_MS));
    const newApi = await this.start('new-1', next, 'all');
    await this.expect('the contraction succeeds', () => this.contract(newApi));
    await this.start('new-2', next, 'worker');
    this.sink.turn('prompt');
    await this.load(sender, 'only the new version');
  }

  /** Stops the processes that still run. */
  async stopAll(): Promise<void> {
    while (this.running[0] !== undefined) await this.stop(this.running[0]);
  }

  result(verdict: Verdict, wrongAnswers: readonly string[]): RollingUpgradeResult {
    const unclean = this.processes
      .filter(({ exitCode }) => exitCode !== 0)
      .map(({ name }) => `${name} ended with an error`);
    const idle = this.processes
      .filter(({ events, attempts }) => events + attempts === 0)
      .map(({ name }) => `${name} did nothing, so the run shows nothing about it`);
    const problems = [...this.problems, ...unclean, ...idle];
    const findings = [verdict.lost, verdict.wrong, wrongAnswers, problems];
    return {
      ...{ verdict, wrongAnswers, problems, processes: this.processes },
      passed: verdict.acknowledged > 0 && findings.every(({ length }) => length === 0),
    };
  }

  private writeBrand(content: string): Promise<void> {
    return writeFile(join(this.folder, 'config', 'brands', `${BRAND}.yaml`), content);
  }

  /** Contracts the schema. Returns null if it is contracted, or what happened instead. */
  private async contract(instance: Instance): Promise<string | null> {
    const response = await instance.call('POST', '/v1/schema/contract');
    const text = await response.text();
    const left = (await schemaOf(instance)).contracting;
    if (response.status !== 200 || left.length > 0) return `status ${response.status}: ${text}`;
    this.options.say(`             contracted: ${text}`);
    return null;
  }

  private async start(name: string, build: Build, role: 'all' | 'worker'): Promise<Instance> {
    const port = await freePort();
    const { folder, environment } = this;
    const instance = await Instance.start({ name, build, role, port, folder, environment });
    this.running.push(instance);
    if (role === 'all') this.balancer.add(port);
    this.options.say(`started      ${name} (${build.name}, ${role})`);
    return instance;
  }

  private async stop(instance: Instance): Promise<void> {
    const { name, build, port, role } = instance.options;
    if (role === 'all') this.balancer.remove(port);
    this.running.splice(this.running.indexOf(instance), 1);
    const work = await instance.work();
    const exitCode = await instance.stop();
    this.processes.push({ name, build: build.name, ...work, exitCode });
    this.options.say(`stopped      ${name}, exit code ${exitCode}`);
    if (exitCode !== 0) this.options.say(instance.log);
  }

  /** Sends events for the duration of a phase. */
  private async load(sender: Sender, phase: string): Promise<void> {
    const before = sender.acknowledgements.events.size;
    const { phaseSeconds, ratePerSecond, say } = this.options;
    for (let passedMs = 0; passedMs < phaseSeconds * 1_000; passedMs += STEP_MS) {
      sender.make(Math.ceil((ratePerSecond * STEP_MS) / 1_000));
      await sleep(STEP_MS);
    }
    say(`load         ${phase}: ${sender.acknowledgements.events.size - before} events acknowledged`);
  }

  /** Runs a step while events are sent. */
  private async during(sender: Sender, step: string, run: () => Promise<string | null>): Promise<void> {
    await Promise.all([this.load(sender, step), this.expect(step, run)]);
  }

  /** Checks a step. @param check returns null if the step had the expected result, or what happened instead */
  private async expect(step: string, check: () => Promise<string | null>): Promise<void> {
    const problem = await check();
    this.options.say(
      `${problem === null ? 'ok' : 'PROBLEM'}           ${step}${problem === null ? '' : `: ${problem}`}`,
    );
    if (problem === null) return;
    this.problems.push(`${step}: ${problem}`);
    for (const { options, log } of this.running) this.options.say(`log of ${options.name}:\n${log}`);
  }
}

async function schemaOf(
  instance: Instance,
): Promise<{ readonly newest: number; readonly contracting: readonly string[] }> {
  const response = await instance.call('GET', '/v1/schema');
  return (await response.json()) as { newest: number; contracting: string[] };
}

/** Returns the ledger as lines. */
export function ledgerLines({
  verdict,
  wrongAnswers,
  processes,
  problems,
  passed,
}: RollingUpgradeResult): readonly string[] {
  const { acknowledged, delivered, fromMemory, dead, held, sentTwice, mayBeSentTwice, lost, wrong } = verdict;
  return [
    '',
    'process  build             events taken  attempts  exit',
    ...processes.map(
      ({ name, build, events, attempts, exitCode }) =>
        `${name.padEnd(8)} ${build.padEnd(17)} ${String(events).padStart(12)}  ${String(attempts).padStart(8)}  ${exitCode}`,
    ),
    '',
    `events acknowledged       ${acknowledged}`,
    `deliveries succeeded      ${delivered} (${fromMemory} with an attempt from memory)`,
    `deliveries refused        ${dead}`,
    `deliveries unconfirmed    ${held}`,
    `sent twice                ${sentTwice} (at most ${mayBeSentTwice} allowed)`,
    `lost                      ${lost.length}`,
    `wrongly sent              ${wrong.length}`,
    `wrong answers             ${wrongAnswers.length}`,
    ...[...lost, ...wrong, ...wrongAnswers, ...problems].slice(0, 50).map((finding) => `  ${finding}`),
    passed ? 'passed' : 'FAILED',
  ];
}
