import { ENCODING_NAMES, spellings, type EncodingName } from './encodings.js';
import type { Planted } from './planted.js';
import type { Needle, NeedleSearch } from './needle-search.js';
import type { Haystack } from './stores/haystack.js';

/** Meaning of a needle, which is a byte sequence that the test searches for. */
export interface Sought {
  /** Kind of the needle: a planted value that must not be found, or a control value that must be found. */
  readonly kind: 'planted' | 'control';
  readonly what: string;
  readonly encoding: EncodingName;
  readonly spelling: string;
}

/** Result of the search in one store. */
export interface Searched {
  readonly store: string;
  readonly round: number | null;
  readonly bytes: number;
  readonly found: readonly Sought[];
}

/** Returns one needle (a byte sequence to search for) per spelling of a value. */
export function needlesFor({ kind: what, value }: Planted, kind: Sought['kind']): readonly Needle<Sought>[] {
  return spellings(value).map(({ encoding, bytes }) => ({
    bytes,
    is: { kind, what, encoding, spelling: bytes.toString('latin1') },
  }));
}

/** Searches a store for all needles. */
export async function searched(haystack: Haystack, search: NeedleSearch<Sought>): Promise<Searched> {
  const { bytes, found } = await search.in(haystack.read());
  return { store: haystack.store, round: haystack.round, bytes, found: [...found] };
}

/**
 * Renders a table with one line per store and one column per encoding. A cell contains `controls found / planted values
 * found`.
 */
export function table(results: readonly Searched[]): string {
  const stores = [...new Set(results.map(({ store }) => store))];
  const rows = stores.map((store) => {
    const ofStore = results.filter((result) => result.store === store);
    const bytes = ofStore.reduce((sum, result) => sum + result.bytes, 0);
    const cells = ENCODING_NAMES.map((name) => {
      const found = ofStore.flatMap((result) => result.found).filter(({ encoding }) => encoding === name);
      const count = (kind: Sought['kind']): number => new Set(found.filter((one) => one.kind === kind).map(keyOf)).size;
      return `${String(count('control'))}/${String(count('planted'))}`;
    });
    return [store, megabytes(bytes), ...cells];
  });
  const lines = [['store', 'MB', ...ENCODING_NAMES], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * Returns the labels of the planted values that were found, with their stores. Each label occurs once, without the
 * value.
 */
export function leaks(results: readonly Searched[]): readonly string[] {
  const all = results.flatMap(({ store, round, found }) =>
    found
      .filter(({ kind }) => kind === 'planted')
      .map(
        ({ what, encoding }) => `${store}${round === null ? '' : ` of round ${String(round)}`}: ${what} (${encoding})`,
      ),
  );
  return [...new Set(all)].sort();
}

/** Returns a key that identifies one spelling of a value. */
export function keyOf({ what, encoding, spelling }: Sought): string {
  return `${what} ${encoding} ${spelling}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
