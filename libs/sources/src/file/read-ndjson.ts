import { parseEventBody, type FilePosition, type FileRow, type OpenFile } from '@patchbay/core';

/** Longest line that is read, in bytes. The ingest endpoint has the same limit by default. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Bytes of a longer line that are kept in quarantine. */
const KEPT_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;
const BLANK = /^[\s\uFEFF]*$/;

/** Reads a file with one JSON value per line. Skips empty lines. */
export async function* readNdjson(open: OpenFile, from: FilePosition): AsyncGenerator<FileRow> {
  let { offset, line } = from;
  let parts: Uint8Array[] = [];
  let kept = 0;
  let length = 0;
  const keep = (bytes: Uint8Array): void => {
    length += bytes.length;
    const room = MAX_LINE_BYTES - kept;
    // A piece of a large chunk is copied, because it would keep the whole chunk in memory.
    if (room > 0 && bytes.length > 0) parts.push(Buffer.from(bytes.subarray(0, room)));
    kept += Math.min(Math.max(room, 0), bytes.length);
  };
  const endLine = (lineFeed: number): FileRow | null => {
    const raw = Buffer.concat(parts);
    const isTooLong = length > MAX_LINE_BYTES;
    offset += length + lineFeed;
    line += 1;
    parts = [];
    kept = 0;
    length = 0;
    return rowOf(raw, isTooLong, { offset, line });
  };
  for await (const chunk of open(offset)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      const row = endLine(1);
      if (row !== null) yield row;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  const last = length === 0 ? null : endLine(0);
  if (last !== null) yield last;
}

/** Returns the row of a line. Null for an empty line. */
function rowOf(raw: Buffer, isTooLong: boolean, end: FilePosition): FileRow | null {
  if (isTooLong) {
    const reason = `The line is longer than ${MAX_LINE_BYTES} bytes. Only its first ${KEPT_BYTES} bytes are kept.`;
    return { end, content: { kind: 'unreadable', reason, raw: raw.subarray(0, KEPT_BYTES) } };
  }
  // Only short lines are tested, because a long line is never blank in practice and then costs only its parsing.
  if (raw.length < 100 && BLANK.test(raw.toString('utf8'))) return null;
  const parsed = parseEventBody(raw);
  return { end, content: parsed.kind === 'parsed' ? { kind: 'row', value: parsed.value } : { ...parsed, raw } };
}
