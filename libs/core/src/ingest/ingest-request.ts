import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { SourceRecord } from '../configuration/configuration-snapshot.js';

/** One call to the ingest endpoint. */
export interface IngestRequest {
  readonly brand: string;
  readonly source: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
  /** The source whose credentials the headers were found to hold, by `IngestAdmission`; left out: none yet. */
  readonly provenBy?: CompiledSource | undefined;
}

/** Checks a caller's credentials; constant-time. */
export type SourceAuthenticator = (
  source: Pick<SourceRecord, 'auth' | 'keys'>,
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  nowMs: number,
) => boolean;
