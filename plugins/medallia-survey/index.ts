import { defineDestination, DeliveryError, jsonObjectIn, objectOf, recordedResponse } from '@patchbay/plugin-sdk';
import { medalliaError } from './errors.js';
import { feedFields } from './feed-fields.js';
import { feedFileOf } from './feed-file.js';
import { feedRecord, importPath, introspectionPath, settingsProblem } from './feed.js';
import { outcomesOf, resultOf } from './import-answer.js';
import { ask, callGateway, fetchToken } from './medallia-client.js';
import { MedalliaSurveyCredentials, MedalliaSurveyMessage, MedalliaSurveySettings } from './medallia-survey.dto.js';
import { pollFeedFile } from './poll-feed-file.js';

/** Limits of a concurrent feed and of a queued feed, from "API restrictions and limits". */
const LIMITS = { sync: { ratePerSecond: 1, concurrency: 5 }, async: { ratePerSecond: 10 } } as const;

/**
 * Import API of Medallia Experience Cloud. If a record repeats the unique field of an earlier record, the feed updates
 * the earlier record and sends no second invitation. The key field is always set, so an unconfirmed delivery may be
 * retried.
 */
export default defineDestination({
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
    const problem = settingsProblem(objectOf(jsonObjectIn(response.text)), context.settings);
    if (problem !== undefined) throw new DeliveryError('credentials', problem);
  },

  async deliver(context, { record }) {
    const { settings, delivery } = context;
    const ready = feedRecord(record, delivery.idempotencyKey, settings, await feedFields(context));
    return resultOf(await callGateway(context, importPath(settings), ready), settings);
  },

  // Medallia documents no import that ignores a repeated feed file, but a feed updates a repeated record.
  batch: ({ batch }) => {
    if (batch === undefined) return undefined;
    const { size, within, bytes } = batch;
    return { size, within, bytes, idempotent: 'message', rateCounts: 'calls' };
  },

  /** Sends the records of all messages in one request, of which Medallia makes one feed file. */
  async deliverBatch(context, messages) {
    const { settings } = context;
    const { records, refused } = feedFileOf(messages, settings, await feedFields(context));
    if (records.length === 0) return { outcomes: refused };
    const ready = records.map(({ record }) => record);
    const answer = await callGateway(context, importPath(settings), ready);
    const outcomes = [...outcomesOf(answer, records, settings), ...refused];
    return { outcomes, response: recordedResponse(answer) };
  },

  poll: (context, { externalId }) => pollFeedFile(context, externalId),
});
