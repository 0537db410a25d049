import type { CompiledSource } from '../configuration/compiled-brand.js';
import { unreadableContent, type ReceivedEvent } from '../ingest/prepare-event.js';
import type { FileRow } from './file-reader.port.js';
import type { RowProblem } from './import.js';

/** Content of the event that a row makes. A row with a problem makes an event in quarantine. */
export interface RowContent {
  readonly content: ReceivedEvent['content'];
  /** Reason why the row makes no event of its own. Null if there is none. */
  readonly problem: RowProblem | null;
}

/** Returns the content of the event of a row, by the template and the adapter of the source. Never throws. */
export function rowContent({ end, content }: FileRow, source: CompiledSource): RowContent {
  const unreadable = (reason: string, raw: Uint8Array): RowContent => ({
    content: unreadableContent(reason, raw),
    problem: { line: end.line, reason },
  });
  if (content.kind === 'unreadable') return unreadable(content.reason, content.raw);
  const { adapter, record, rowMapping } = source;
  const raw = (): Uint8Array => Buffer.from(JSON.stringify(content.value));
  const mapped = rowMapping.bodyOf(content.value);
  if (!mapped.ok) return unreadable(mapped.reason, raw());
  const [first, ...others] = adapter.read(mapped.body, {}, record.paths);
  if (first === undefined || others.length > 0) {
    return unreadable('The row is a list, but each row has to be one event.', raw());
  }
  return first.kind === 'event' ? { content: first, problem: null } : unreadable(first.reason, raw());
}
