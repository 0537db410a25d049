import {
  DeliveryError,
  jsonObjectIn,
  objectOf,
  type HttpResponse,
  type JsonObject,
  type PollResult,
  type Token,
} from '@patchbay/plugin-sdk';
import { medalliaError } from './errors.js';
import { discardedPositions, feedFileState, parseRecordId, rejectedRecord } from './feed-file.js';
import { detailedResultsPath, feedFilePath } from './feed.js';
import { POLL_AFTER_MS } from './import-answer.js';
import { callGateway, type MedalliaContext } from './medallia-client.js';

/**
 * Time in milliseconds for which the records of a feed file share its state, because Medallia limits the requests per
 * day. Shorter than the time between two polls of a record.
 */
const STATE_KEPT_MS = 20_000;

/** Reads the outcome of a record from the state of its feed file ("Feed File API"). */
export async function pollFeedFile(context: MedalliaContext, externalId: string): Promise<PollResult> {
  const { file, position } = parseRecordId(externalId);
  const state =
    position === undefined
      ? await readState(context, file)
      : (await context.token(`feed file ${file}`, () => fetchState(context, file))).value;
  switch (state) {
    case 'pending':
      return { state: 'pending', pollAfterMs: POLL_AFTER_MS };
    case 'done':
      return { state: 'done' };
    case 'rejected':
      throw rejectedRecord(context.settings);
    case 'unknown':
      throw new DeliveryError(
        'transient',
        'Medallia returned an unknown state for the feed file. The hub polls again.',
      );
    default:
      if (state.split(',').includes(String(position))) throw rejectedRecord(context.settings);
      return { state: 'done' };
  }
}

async function fetchState(context: MedalliaContext, file: string): Promise<Token> {
  return { value: await readState(context, file), expiresInMs: STATE_KEPT_MS };
}

/** Returns the state of a feed file; the positions of its discarded records, as `1,7`, if Medallia discarded some. */
async function readState(context: MedalliaContext, file: string): Promise<string> {
  const summary = await read(context, feedFilePath(file));
  const state = feedFileState(summary);
  if (state !== 'partial') return state;
  if (summary.status === 'COMPLETED_PENDING_RESULTS') return 'pending';
  const details = await read(context, detailedResultsPath(file));
  return discardedPositions(summary, details)?.join(',') ?? 'unknown';
}

async function read(context: MedalliaContext, path: string): Promise<JsonObject> {
  const answer = await callGateway(context, path);
  if (answer.status !== 200) throw feedFileError(answer, context.settings);
  return objectOf(jsonObjectIn(answer.text));
}

/**
 * Returns the error for a failed request of a feed file. If the file is missing, the outcome of its record remains
 * open.
 */
function feedFileError(answer: HttpResponse, settings: MedalliaContext['settings']): DeliveryError {
  const response = { status: answer.status };
  return answer.status === 404
    ? new DeliveryError('transient', 'Medallia does not know the feed file of this import. The hub polls again.', {
        response,
      })
    : medalliaError(answer, settings);
}
