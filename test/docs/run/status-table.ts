import { treatedBlocks, type Treatment } from './treatments.js';

/**
 * Returns a table of all code blocks with their status.
 * @param used blocks that were run, as `page: text`
 */
export function statusTable(used: ReadonlySet<string>): string {
  const rows = treatedBlocks().flatMap(({ page, line, text, treatment }) => {
    const first = text.split('\n')[0]?.slice(0, 50) ?? '';
    const row = (status: string, reason: string): readonly string[] => [
      status,
      `${page}:${String(line)}`,
      first,
      reason,
    ];
    if (treatment?.kind !== 'run') return [row(...statusOf(treatment))];
    const except = Object.entries(treatment.except).map(([start, reason]) => row('not run', `${start}: ${reason}`));
    return [row(used.has(`${page}: ${text}`) ? 'run' : 'MISSING', ''), ...except];
  });
  const counts = ['run', 'checked', 'not run', 'MISSING'].map(
    (status) => `${String(rows.filter(([own]) => own === status).length)} ${status}`,
  );
  const lines = rows.map(([status = '', at = '', first = '', reason = '']) =>
    `${status.padEnd(8)} ${at.padEnd(42)} ${first.padEnd(50)} ${reason}`.trimEnd(),
  );
  return [...lines, counts.join(', ')].join('\n');
}

function statusOf(
  treatment: Exclude<Treatment, { kind: 'run' }> | undefined,
): readonly [status: string, reason: string] {
  switch (treatment?.kind) {
    case undefined:
      return ['MISSING', 'no entry in treatments.ts'];
    case 'brand':
      return ['checked', 'test/docs/brand-examples.spec.ts'];
    case 'checked':
      return ['checked', treatment.by];
    case 'not run':
      return ['not run', treatment.reason];
  }
}
