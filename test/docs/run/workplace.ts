import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import pg from 'pg';
import { foldersIn, ROOT } from '../../architecture/tree.js';
import { mustRun } from '../../kit/run.js';
import { commandLines } from '../shell-blocks.js';
import { startDebianPostgres, type DebianPostgres } from './debian-postgres.js';
import { Terminal, type RunningCommand } from './terminal.js';
import { blockAt } from './treatments.js';

/** Texts of the pages that a reader replaces with own values, and their values here. Applied in this order. */
export type Replacements = readonly (readonly [shown: string, used: string])[];

/**
 * Folder, servers and terminals of a reader. Everything that the reader does with a block of a page goes through this
 * class, which records the block.
 */
export class Workplace {
  /** Pages and starts of the blocks that were used. */
  readonly used = new Set<string>();
  private readonly terminals: Terminal[] = [];
  private replacements: Replacements = [];

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    /** Servers that the pages call db.internal and restore.internal. */
    private readonly servers: Readonly<Record<'db' | 'restore', DebianPostgres>>,
  ) {}

  /** Starts two PostgreSQL servers and makes an empty folder. */
  static async open(): Promise<Workplace> {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-docs-'));
    chmodSync(folder, 0o755); // PostgreSQL and PgBouncer run as another user.
    const servers = {
      db: await startDebianPostgres(join(folder, 'db.internal')),
      restore: await startDebianPostgres(join(folder, 'restore.internal')),
    };
    const workplace = new Workplace(folder, await freePort(), servers);
    const redis = await freePort();
    const receiver = await freePort();
    const pooler = await freePort();
    const address = (role: 'db' | 'restore'): string => new URL(servers[role].url).host;
    workplace.replace([
      ['https://git.example.com/patchbay.git', ROOT],
      ['db.internal:5432', address('db')],
      ['host=db.internal port=5432', `host=127.0.0.1 port=${new URL(servers.db.url).port}`],
      ['restore.internal:5432', address('restore')],
      ['redis.internal:6379', `127.0.0.1:${String(redis)}`],
      ['pgbouncer.internal:6432', `127.0.0.1:${String(pooler)}`],
      ['http://127.0.0.1:3000', workplace.url],
      ['PATCHBAY_PUBLIC_URL=https://hub.example.com', `PATCHBAY_PUBLIC_URL=${workplace.url}`],
      ['https://hub.example.com/v1', `${workplace.url}/v1`],
      ['PORT=3000', `PORT=${String(workplace.port)}`],
      ['--port 4000', `--port ${String(receiver)}`],
      ['http://127.0.0.1:4000', `http://127.0.0.1:${String(receiver)}`],
      ["PASSWORD 'choose one'", "PASSWORD 'password'"],
    ]);
    workplace.ports = { redis, pooler };
    return workplace;
  }

  /** Ports of the servers that the reader starts. */
  ports: Readonly<Record<'redis' | 'pooler', number>> = { redis: 0, pooler: 0 };

  /** URL of the hub. */
  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Adds values that replace texts of the pages. */
  replace(more: Replacements): void {
    this.replacements = [...this.replacements, ...more];
  }

  /** Opens a terminal. `env` has the variables that the reader set before. */
  terminal(env: Readonly<Record<string, string>> = {}): Terminal {
    const state = join(this.folder, `terminal-${String(this.terminals.length)}`);
    const { PATH = '', HOME = '' } = process.env;
    const cloned = this.path('patchbay');
    const own = { PATH, HOME, NO_COLOR: '1', HOST: '127.0.0.1', PORT: String(this.port), ...env };
    const terminal = new Terminal(state, this.terminals.length === 0 ? this.folder : cloned, own);
    this.terminals.push(terminal);
    return terminal;
  }

  /** Runs all commands of a block. Returns the output of each command. */
  async run(terminal: Terminal, page: string, start: string): Promise<readonly string[]> {
    const outputs: string[] = [];
    for (const command of this.commands(page, start)) outputs.push(await terminal.run(command));
    return outputs;
  }

  /** Runs the commands of a block, and leaves the last one running when its output contains `ready`. */
  async serve(terminal: Terminal, page: string, start: string, ready: string): Promise<RunningCommand> {
    const commands = this.commands(page, start);
    for (const command of commands.slice(0, -1)) await terminal.run(command);
    return terminal.start(commands.at(-1) ?? '', ready);
  }

  /** Runs the statements of a block as the administrator of a server. */
  async sql(server: 'db' | 'restore', page: string, start: string): Promise<void> {
    await this.administer(server, this.text(page, start));
  }

  /** Runs statements that the pages describe in words, such as to create an empty database. */
  async administer(server: 'db' | 'restore', statements: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.servers[server].url });
    await client.connect();
    try {
      // One by one, because CREATE DATABASE must not run in a transaction.
      for (const statement of statements.split(/;\n?/).filter((one) => one.trim() !== ''))
        await client.query(statement);
    } finally {
      await client.end();
    }
  }

  /** Saves a block as a file. */
  save(page: string, start: string, path: string): void {
    this.write(path, this.text(page, start));
  }

  /** Writes a file that the pages describe in words. The path is relative to the folder of the hub. */
  write(path: string, text: string): void {
    mkdirSync(dirname(this.path('patchbay', path)), { recursive: true });
    writeFileSync(this.path('patchbay', path), text);
  }

  /** Replaces a text of a file, as the pages tell. */
  edit(path: string, before: string, after: string): void {
    const text = readFileSync(this.path('patchbay', path), 'utf8');
    if (!text.includes(before)) throw new Error(`${path} does not contain "${before}".`);
    this.write(path, text.replace(before, after));
  }

  /** Returns the text of a block with the values of this workplace. */
  text(page: string, start: string): string {
    this.used.add(`${page}: ${blockAt(page, start).text}`);
    return this.filled(blockAt(page, start).text);
  }

  /**
   * Copies the packages and the build of this repository into the clone, so that `npm run build` there has nothing to do.
   */
  async takeBuild(): Promise<void> {
    await mustRun('cp', ['-al', join(ROOT, 'node_modules'), this.path('patchbay/node_modules')], ROOT);
    const workspaces = ['apps', 'libs'].flatMap((parent) =>
      foldersIn(join(ROOT, parent)).map((name) => join(parent, name)),
    );
    for (const workspace of [...workspaces, 'plugins']) {
      for (const name of ['dist', 'tsconfig.build.tsbuildinfo']) {
        const built = join(ROOT, workspace, name);
        if (existsSync(built)) cpSync(built, this.path('patchbay', workspace, name), { recursive: true });
      }
    }
  }

  /** Ends the programs of all terminals. */
  async endPrograms(): Promise<void> {
    for (const terminal of this.terminals) await terminal.close();
  }

  /** Ends the programs of all terminals and the servers, and removes the folder. */
  async close(): Promise<void> {
    await this.endPrograms();
    for (const server of Object.values(this.servers)) await server.stop();
    rmSync(this.folder, { recursive: true });
  }

  private commands(page: string, start: string): readonly string[] {
    const block = blockAt(page, start);
    this.used.add(`${page}: ${block.text}`);
    const except = block.treatment.kind === 'run' ? Object.keys(block.treatment.except) : [];
    return commandLines(block)
      .filter(({ text }) => !except.some((one) => text.startsWith(one)))
      .map(({ text }) => this.filled(text));
  }

  private filled(text: string): string {
    return this.replacements.reduce((filled, [shown, used]) => filled.replaceAll(shown, used), text);
  }

  private path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }
}
