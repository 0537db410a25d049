import {
  DeliveryError,
  isDeliveryError,
  isJsonObject,
  objectsIn,
  type BatchMessage,
  type BatchOutcome,
  type Json,
  type JsonObject,
  type VendorResponse,
} from '@patchbay/plugin-sdk';
import { feedRecord } from './feed.js';
import type { MedalliaSurveyMessage, MedalliaSurveySettings } from './medallia-survey.dto.js';

/*
 * Medallia makes a feed file of every import request ("Import Data for Analysis"). A feed file has one record or many.
 * Its state and its detailed results follow inbound.yaml 2.1.0 of medallia/public-api-swaggers.
 */

/** Record of a feed file, with the position of its message in the call. */
export interface FileRecord {
  readonly index: number;
  readonly record: Record<string, string>;
}

/** Messages of a batch: the records of the feed file, and the outcomes of messages that have no valid record. */
export interface FeedFile {
  readonly records: readonly FileRecord[];
  readonly refused: readonly BatchOutcome[];
}

/**
 * Builds the records of a feed file. Refuses a message whose record does not fit the feed, and keeps the others in their
 * order.
 * @param fields the feed's input fields; undefined if Medallia does not return them
 */
export function feedFileOf(
  messages: readonly BatchMessage<MedalliaSurveyMessage>[],
  settings: MedalliaSurveySettings,
  fields: readonly string[] | undefined,
): FeedFile {
  const records: FileRecord[] = [];
  const refused: BatchOutcome[] = [];
  for (const [index, { message, delivery }] of messages.entries()) {
    try {
      records.push({ index, record: feedRecord(message.record, delivery.idempotencyKey, settings, fields) });
    } catch (error) {
      if (!isDeliveryError(error)) throw error;
      refused.push({ index, error });
    }
  }
  return { records, refused };
}

/** Returns the external id of a record in a feed file with several records. */
export function recordId(file: string, position: number): string {
  return `${file}#${String(position)}`;
}

/** Splits an external id. `position` is undefined if the feed file has one record. */
export function parseRecordId(externalId: string): { readonly file: string; readonly position: number | undefined } {
  const [file = '', position] = externalId.split('#');
  return { file, position: position === undefined ? undefined : Number(position) };
}

/**
 * State of the records of a feed file. `partial`: Medallia discarded some of the records, and the detailed results
 * contain their positions. `unknown`: the answer does not contain the state.
 */
export type FeedFileState = 'pending' | 'done' | 'rejected' | 'partial' | 'unknown';

/** Returns the state of a feed file from its summary (schema `FeedFileSummary`). */
export function feedFileState(summary: JsonObject): FeedFileState {
  const { status } = summary;
  if (status === 'QUEUED' || status === 'PROCESSING') return 'pending';
  if (status === 'ERROR') return 'rejected';
  if (typeof status !== 'string' || !status.startsWith('COMPLETED')) return 'unknown';
  const { input_count: input, discarded_count: discarded } = recordCounts(summary);
  if (typeof discarded !== 'number') return status === 'COMPLETED_PENDING_RESULTS' ? 'pending' : 'unknown';
  if (discarded === 0) return 'done';
  if (typeof input !== 'number') return 'unknown';
  return discarded < input ? 'partial' : 'rejected';
}

/**
 * Returns the positions of the discarded records, from 0, from the detailed results of a feed file (schema
 * `DetailedResults`). Undefined if the results are incomplete. Medallia does not document if its first position is 0 or
 * 1, so the positions in the results decide.
 */
export function discardedPositions(summary: JsonObject, details: JsonObject): readonly number[] | undefined {
  const { input_count: input, discarded_count: count } = recordCounts(summary);
  const listed = new Set<number>();
  const discarded = new Set<number>();
  for (const result of objectsIn(details.processing_results)) {
    for (const entry of objectsIn(result.successful_results)) addPosition(listed, entry);
    for (const entry of objectsIn(result.discarded_results)) addPosition(discarded, entry);
  }
  for (const position of discarded) listed.add(position);
  if (typeof input !== 'number' || discarded.size !== count || listed.has(0) === listed.has(input)) return undefined;
  const first = listed.has(0) ? 0 : 1;
  return [...discarded].map((position) => position - first).sort((a, b) => a - b);
}

function addPosition(positions: Set<number>, { input_position: position }: JsonObject): void {
  if (typeof position === 'number') positions.add(position);
}

function recordCounts({ stats }: JsonObject): JsonObject {
  const records: Json | undefined = stats !== undefined && isJsonObject(stats) ? stats.records : undefined;
  return records !== undefined && isJsonObject(records) ? records : {};
}

/** Creates the error of a record that Medallia did not import. */
export function rejectedRecord(
  { feed }: Pick<MedalliaSurveySettings, 'feed'>,
  response?: VendorResponse,
): DeliveryError {
  return new DeliveryError(
    'rejected',
    `The feed "${feed}" discarded the record. See the field and the reason in its log in Medallia.`,
    response && { response },
  );
}
