import {
  defineDestination,
  DeliveryError,
  isDeliveryError,
  RESPONSE_BODY_LIMIT,
  type DeliveryResult,
  type HttpResponse,
  type PollResult,
} from '@patchbay/plugin-sdk';
import {
  feedFilePath,
  feedFileState,
  feedRecord,
  importPath,
  inputFields,
  introspectionPath,
  settingsProblem,
} from './feed.js';
import { ask, callGateway, fetchToken, medalliaError, objectIn, type MedalliaContext } from './medallia-client.js';
import { MedalliaSurveyCredentials, MedalliaSurveyMessage, MedalliaSurveySettings } from './medallia-survey.dto.js';

const FIELDS_KEPT_MS = 600_000;
const FAILURE_KEPT_MS = 60_000;
const POLL_AFTER_MS = 30_000;

/** Limits of a concurrent feed and of a queued feed, from "API restrictions and limits". */
const LIMITS = { sync: { ratePerSecond: 1, concurrency: 5 }, async: { ratePerSecond: 10 } } as const;

/**
 * Import API of Medallia Experience Cloud. If a record repeats the unique field of an earlier record, the feed updates
 * the earlier record and sends no second invitation. The key field is always set, so an unconfirmed delivery may be
 * retried.
 */
export const medalliaSurvey = defineDestination({
  type: 'medallia-survey',
  label: 'Medallia survey',
  description: 'Adds an invitation to a web feed of Medallia Experience Cloud, which then sends the survey.',
  category: 'survey',
  messaging: null,
  // A late survey is worth little.
  quotaExcess: 'suppress',
  docsUrl: 'https://developer.medallia.com/medallia-apis/reference/import-api-overview',
  limits: ({ mode }) => ({ ...LIMITS[mode], timeoutMs: 60_000 }),
  contract: 2,
  idempotent: true,
  credentials: MedalliaSurveyCredentials,
  settings: MedalliaSurveySettings,
  message: MedalliaSurveyMessage,

  /** Fetches a new token, even if one is cached, and reads the introspection of the feed. */
  async verify(context) {
    const { value } = await fetchToken(context);
    const response = await ask(context, value, introspectionPath(context.settings));
    if (response.status !== 200) throw medalliaError(response, context.settings);
    const problem = settingsProblem(objectIn(response.text), context.settings);
    if (problem !== undefined) throw new DeliveryError('credentials', problem);
  },

  async deliver(context, { record }) {
    const { settings, delivery } = context;
    const ready = feedRecord(record, delivery.idempotencyKey, settings, await feedFields(context));
    return resultOf(await callGateway(context, importPath(settings), ready), settings);
  },

  /** Reads the state of the feed file of a queued import ("Feed File API"). */
  async poll(context, { externalId }) {
    const answer = await callGateway(context, feedFilePath(externalId));
    if (answer.status !== 200) throw feedFileError(answer, context.settings);
    return feedFileResult(answer, context.settings);
  },
});

/**
 * Returns the feed's input fields from its introspection, cached like a token and shared by concurrent deliveries.
 * Undefined if Medallia does not return the fields. In this case the plugin sends a record without checking its fields,
 * so that the record is not delayed or lost.
 */
async function feedFields(context: MedalliaContext): Promise<readonly string[] | undefined> {
  if (!context.settings.checkFields) return undefined;
  const { value } = await context.token('fields', async () => {
    const fields = await readFields(context);
    return fields
      ? { value: fields.join('\n'), expiresInMs: FIELDS_KEPT_MS }
      : { value: '', expiresInMs: FAILURE_KEPT_MS };
  });
  return value === '' ? undefined : value.split('\n');
}

async function readFields(context: MedalliaContext): Promise<readonly string[] | undefined> {
  try {
    const { status, text } = await callGateway(context, introspectionPath(context.settings));
    return status === 200 ? inputFields(objectIn(text)) : undefined;
  } catch (error) {
    if (isDeliveryError(error) && error.kind !== 'credentials') return undefined;
    throw error;
  }
}

/**
 * Converts a successful response to a result. The response means that Medallia accepted the request. The counts in a
 * synchronous response show if Medallia accepted the record too.
 */
function resultOf(answer: HttpResponse, settings: MedalliaSurveySettings): DeliveryResult {
  const { status, headers, text } = answer;
  if (status < 200 || status > 299) throw medalliaError(answer, settings);
  const response = { status, body: text.slice(0, RESPONSE_BODY_LIMIT) };
  const { rejects, feed_file_id: feedFile } = objectIn(text);
  if (typeof rejects === 'number' && rejects > 0) {
    const words =
      `the feed "${settings.feed}" rejected the record; see the field and the reason in its log in ` + 'Medallia';
    throw new DeliveryError('rejected', words, { response });
  }
  const externalId = typeof feedFile === 'string' ? feedFile : headers['x-medallia-rpc-request-id'];
  const awaited = settings.awaitResult && settings.mode === 'async' && typeof feedFile === 'string';
  return { externalId, response, pending: awaited ? { pollAfterMs: POLL_AFTER_MS } : undefined };
}

/**
 * Returns the error for a failed request of a feed file. If the file is missing, the outcome of its record remains
 * open.
 */
function feedFileError(answer: HttpResponse, settings: MedalliaSurveySettings): DeliveryError {
  const response = { status: answer.status };
  return answer.status === 404
    ? new DeliveryError('transient', 'Medallia does not know the feed file of this import. The hub polls again.', {
        response,
      })
    : medalliaError(answer, settings);
}

function feedFileResult({ text, status }: HttpResponse, { feed }: MedalliaSurveySettings): PollResult {
  const file = objectIn(text);
  const response = { status, body: text.slice(0, RESPONSE_BODY_LIMIT) };
  switch (feedFileState(file)) {
    case 'pending':
      return { state: 'pending', pollAfterMs: POLL_AFTER_MS };
    case 'done':
      return { state: 'done' };
    case 'rejected': {
      const words = `the feed "${feed}" discarded the record; see the field and the reason in its log in Medallia`;
      throw new DeliveryError('rejected', words, { response });
    }
    case 'unknown':
      throw new DeliveryError(
        'transient',
        'Medallia returned an unknown state for the feed file. The hub polls again.',
        {
          response,
        },
      );
  }
}
