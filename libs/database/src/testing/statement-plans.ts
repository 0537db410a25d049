import { jest } from '@jest/globals';
import pg from 'pg';

/** Statement that PostgreSQL ran, with the plan of the statement. */
export interface ExplainedStatement {
  readonly text: string;
  /** Number of pages that the statement read, cached or not. The number does not depend on the machine's load. */
  readonly pages: number;
  /** Tables that the statement read. Tables that were planned but not read are left out. */
  readonly tables: readonly string[];
  /** Indexes that the statement read. */
  readonly indexes: readonly string[];
  /**
   * Number of nodes in the plan, including subplans that were removed at run time, because such subplans are planned
   * and locked too.
   */
  readonly nodes: number;
}

/** Recorder of the plans of the statements that this process runs. */
export interface StatementPlans {
  /** Returns the statements that ran since the last call. */
  take(): readonly ExplainedStatement[];
  /** Stops listening for the plans of statements. */
  stop(): void;
}

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'warning',
};

/**
 * Makes a database report the plan of each executed statement, including prepared statements, to new connections.
 * EXPLAIN would show another plan, because EXPLAIN plans for the given values.
 */
export async function explainStatements(url: string): Promise<StatementPlans> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const database = pg.escapeIdentifier(new URL(url).pathname.slice(1));
  await client.query(`LOAD 'auto_explain'`);
  for (const [name, value] of Object.entries(SETTINGS)) {
    await client.query(`ALTER DATABASE ${database} SET ${name} = ${pg.escapeLiteral(value)}`);
  }
  await client.end();
  const emit = jest.spyOn(pg.Client.prototype, 'emit');
  return {
    take: () => {
      const taken = emit.mock.calls.flatMap(([event, notice]: unknown[]) => (event === 'notice' ? read(notice) : []));
      emit.mockClear();
      return taken;
    },
    stop: () => emit.mockRestore(),
  };
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Subplans Removed'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Report {
  readonly 'Query Text': string;
  readonly Plan: PlanNode;
}

function read(notice: unknown): readonly ExplainedStatement[] {
  const message = typeof notice === 'object' && notice !== null ? messageOf(notice) : '';
  const json = /^duration: .* plan:\n(.*)$/s.exec(message)?.[1];
  if (json === undefined) return [];
  const report: unknown = JSON.parse(json);
  if (!isReport(report)) throw new Error('PostgreSQL reports plans in an unexpected format.');
  const { 'Query Text': text, Plan: plan } = report;
  const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  return [
    { text, pages, tables: namesIn(plan, 'Relation Name'), indexes: namesIn(plan, 'Index Name'), nodes: nodesOf(plan) },
  ];
}

function messageOf(notice: object): string {
  return 'message' in notice && typeof notice.message === 'string' ? notice.message : '';
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'Plan' in value && 'Query Text' in value;
}

/** Returns the names of the tables or indexes in the executed nodes of a plan, without duplicates. */
function namesIn(node: PlanNode, what: 'Relation Name' | 'Index Name'): readonly string[] {
  const own = node['Actual Loops'] === 0 ? undefined : node[what];
  const below = (node.Plans ?? []).flatMap((plan) => namesIn(plan, what));
  return [...new Set(own === undefined ? below : [own, ...below])];
}

function nodesOf(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + nodesOf(plan), 0);
  return 1 + (node['Subplans Removed'] ?? 0) + below;
}
