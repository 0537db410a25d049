import type { Coding, ConsoleFile } from './console-files.js';

/** Codings in the order of preference: Brotli is smaller. */
const CODINGS: readonly Coding[] = ['br', 'gzip'];

/** Body of a file in the best coding that the client accepts. */
export interface CodedBody {
  readonly body: Buffer;
  /** Null if the body is not compressed. */
  readonly coding: Coding | null;
}

/** Chooses the body of a file for an `Accept-Encoding` header. */
export function codedBody({ body, compressed }: ConsoleFile, acceptEncoding: string | undefined): CodedBody {
  const accepted = acceptedCodings(acceptEncoding ?? '');
  for (const coding of CODINGS) {
    const found = compressed[coding];
    if (found !== undefined && accepted.has(coding)) return { body: found, coding };
  }
  return { body, coding: null };
}

/** Returns the named codings whose weight is not 0. */
function acceptedCodings(header: string): ReadonlySet<string> {
  const named = header.split(',').map((item) => item.split(';').map((part) => part.trim().toLowerCase()));
  return new Set(named.filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? '')).map(([coding = '']) => coding));
}
