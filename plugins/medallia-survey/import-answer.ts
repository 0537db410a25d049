import {
  DeliveryError,
  isSuccess,
  jsonObjectIn,
  objectOf,
  recordedResponse,
  type BatchOutcome,
  type DeliveryResult,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import { medalliaError } from './errors.js';
import { recordId, rejectedRecord, type FileRecord } from './feed-file.js';
import type { MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Delay of the first poll, and of each later poll, in milliseconds. */
export const POLL_AFTER_MS = 30_000;

/**
 * Converts the answer to an import of one record. A successful answer means that Medallia accepted the request. The
 * counts of a synchronous answer show if Medallia accepted the record too.
 */
export function resultOf(answer: HttpResponse, settings: MedalliaSurveySettings): DeliveryResult {
  const { rejects, externalId, pending } = readAnswer(answer, settings);
  const response = recordedResponse(answer);
  if (rejects === 0) return { externalId, response, pending };
  throw rejectedRecord(settings, response);
}

/**
 * Converts the answer to an import of several records. A synchronous answer contains the number of discarded records,
 * but not which records they are. Such records are unconfirmed, and the hub sends each of them alone.
 */
export function outcomesOf(
  answer: HttpResponse,
  records: readonly FileRecord[],
  settings: MedalliaSurveySettings,
): readonly BatchOutcome[] {
  const { rejects, externalId: file, pending } = readAnswer(answer, settings);
  return records.map(({ index }, position): BatchOutcome => {
    if (rejects >= records.length) return { index, error: rejectedRecord(settings) };
    if (rejects > 0) return { index, error: someRejected(settings, rejects, records.length) };
    return { index, externalId: file === undefined ? undefined : recordId(file, position), pending };
  });
}

/** Facts in a successful answer. */
interface ImportAnswer {
  /** Number of records that Medallia discarded; 0 if the answer has no counts. */
  readonly rejects: number;
  /** Id of the feed file; else the id of the request. */
  readonly externalId: string | undefined;
  /** Set if the outcome of the records must be polled. */
  readonly pending: DeliveryResult['pending'];
}

function readAnswer(answer: HttpResponse, settings: MedalliaSurveySettings): ImportAnswer {
  if (!isSuccess(answer)) throw medalliaError(answer, settings);
  const { rejects, feed_file_id: file } = objectOf(jsonObjectIn(answer.text));
  const isAwaited = settings.awaitResult && settings.mode === 'async' && typeof file === 'string';
  return {
    rejects: typeof rejects === 'number' ? rejects : 0,
    externalId: typeof file === 'string' ? file : answer.headers['x-medallia-rpc-request-id'],
    pending: isAwaited ? { pollAfterMs: POLL_AFTER_MS } : undefined,
  };
}

function someRejected({ feed }: MedalliaSurveySettings, rejects: number, size: number): DeliveryError {
  return new DeliveryError(
    'unconfirmed',
    `The feed "${feed}" discarded ${String(rejects)} of ${String(size)} records, and the answer does not name them. The ` +
      'hub sends each record alone, which repeats no invitation.',
  );
}
