import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { SourceRecord } from '../configuration/configuration-snapshot.js';

/** Call of the ingest endpoint. */
export interface IngestRequest {
  readonly brand: string;
  readonly source: string;
  /** Headers by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
  /** Source that `IngestAdmission` authenticated by the headers. Left out if the call is not authenticated yet. */
  readonly provenBy?: CompiledSource | undefined;
}

/** Function that checks a caller's credentials in constant time. */
export type SourceAuthenticator = (
  source: Pick<SourceRecord, 'auth' | 'keys'>,
  request: { readonly headers: Readonly<Record<string, string>>; readonly rawBody: Uint8Array },
  nowMs: number,
) => boolean;
