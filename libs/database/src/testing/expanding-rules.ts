/** Change that a process of an earlier version may not survive, or that blocks the statements of running processes. */
interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
}

const RULES: readonly Rule[] = [
  { pattern: /\bDROP (TABLE|COLUMN|TRIGGER|FUNCTION)\b/i, problem: 'drops what an earlier version may use' },
  { pattern: /\bRENAME\b/i, problem: 'renames what an earlier version may use' },
  { pattern: /\bALTER COLUMN \w+ (SET DATA )?TYPE\b/i, problem: 'changes the type of a column' },
  {
    pattern: /\bSET NOT NULL\b/i,
    problem: 'refuses rows of an earlier version, and reads the whole table under a lock',
  },
  {
    pattern: /\bADD COLUMN (IF NOT EXISTS )?\w+ [^,]*\bNOT NULL\b(?![^,]*\bDEFAULT\b)/i,
    problem: 'adds a column that an earlier version does not fill: allow null, or add a default',
  },
  { pattern: /\bTRUNCATE\b/i, problem: 'deletes rows' },
];

/** Matches a default before NOT NULL, which the pattern for ADD COLUMN cannot exclude. */
const DEFAULT_FIRST = /\bADD COLUMN (IF NOT EXISTS )?\w+ [^,]*\bDEFAULT\b[^,]*\bNOT NULL\b/i;
const CREATED = /\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)/gi;
const INDEXED = /\bCREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\b)(?:IF NOT EXISTS )?\w* ?ON (?:ONLY )?(\w+)/gi;

/**
 * Returns the problems of the statements of one expanding migration. A process of the previous version must be able to
 * work after it.
 */
export function problemsOfExpanding(statements: readonly string[]): readonly string[] {
  const text = statements.join(';\n');
  const created = new Set([...text.matchAll(CREATED)].map(([, table]) => table));
  const blocked = [...text.matchAll(INDEXED)].flatMap(([, table = '']) =>
    created.has(table) ? [] : [`creates an index on ${table} without CONCURRENTLY, which blocks its writers`],
  );
  const broken = statements.flatMap((statement) =>
    RULES.filter(({ pattern }) => pattern.test(statement) && !isAllowed(statement, pattern)).map(
      ({ problem }) => problem,
    ),
  );
  return [...broken, ...blocked];
}

function isAllowed(statement: string, pattern: RegExp): boolean {
  return pattern.source.includes('ADD COLUMN') && DEFAULT_FIRST.test(statement);
}
