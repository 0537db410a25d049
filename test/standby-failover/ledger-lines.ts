import type { FailoverResult } from './failover-bed.js';

const COLUMNS: readonly (readonly [heading: string, value: (result: FailoverResult) => string | number])[] = [
  ['case', ({ plan }) => plan.failover],
  ['promoted', ({ promoted }) => promoted],
  ['other behind (bytes)', ({ behindBytes }) => behindBytes],
  ['waits cancelled', ({ cancelled }) => cancelled],
  ['outage (s)', ({ outageMs }) => (outageMs / 1_000).toFixed(1)],
  ['acknowledged before', ({ acknowledgedBefore }) => acknowledgedBefore],
  ['acknowledged', ({ verdict }) => verdict.acknowledged],
  ['stored', ({ stored }) => stored],
  ['delivered', ({ verdict }) => verdict.delivered],
  ['refused', ({ verdict }) => verdict.dead],
  ['sent twice', ({ verdict }) => `${verdict.sentTwice} of ${verdict.mayBeSentTwice} allowed`],
  ['sent, not stored', ({ unknownMessages }) => unknownMessages],
  ['lost', ({ verdict, stored }) => verdict.lost.length && `${verdict.acknowledged - stored} events`],
];

/** Returns the ledger: one column per failover, so that a line has one figure of each. */
export function ledgerLines(results: readonly FailoverResult[]): readonly string[] {
  const rows = COLUMNS.map(([heading, value]) => [heading, ...results.map((result) => String(value(result)))]);
  const widths = results.map((_, index) => Math.max(...rows.map((row) => row[index + 1]?.length ?? 0)));
  return [
    '',
    ...rows.map(([heading = '', ...values]) =>
      [heading.padEnd(20), ...values.map((value, index) => value.padStart(widths[index] ?? 0))].join('  '),
    ),
    '',
  ];
}
