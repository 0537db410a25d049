import { systemClock } from '@patchbay/core';
import type { DemoHubApi } from './demo-hub-api.js';
import type { Inbox } from './inbox.js';
import { checkStep, checkCallbacks } from './check-step.js';
import type { DemoDelivery, StepResult } from './step-result.js';
import type { Step } from './story.js';
import { until } from './wait-until.js';

/** Time limit for messages and status callbacks, in milliseconds. */
export const ARRIVAL_TIMEOUT_MS = 30_000;

/** Dependencies of a step. */
export interface StepTools {
  readonly api: DemoHubApi;
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
}

/**
 * Sends the events of a step. Waits until every expectation is met and every delivery has ended, or until the time limit.
 */
export async function playStep(step: Step, { api, inbox, signal }: StepTools): Promise<StepResult> {
  const answers = await api.send(await step.events(systemClock.now()));
  const accepted = answers.filter(({ status }) => status !== 'duplicate').map(({ id }) => id);
  let result: StepResult = { step, answers, messages: [], deliveries: [] };
  await until(
    async () => {
      const deliveries = await Promise.all((await api.deliveries(accepted)).map((one) => explained(api, one)));
      const declined = await declinedBy(step, accepted, api);
      const messages = [...result.messages, ...inbox.takeNew()];
      result = { step, answers, messages, deliveries, ...(declined === undefined ? {} : { declined }) };
      const ended = deliveries.every(({ status }) => status !== 'scheduled');
      return ended && checkStep(result).length === 0 ? true : undefined;
    },
    ARRIVAL_TIMEOUT_MS,
    signal,
  );
  return result;
}

/** Waits for the status callbacks of all steps. Resolves with the updated results. */
export async function awaitCallbacks(
  results: readonly StepResult[],
  { api, signal }: StepTools,
): Promise<readonly StepResult[]> {
  let latest = results;
  await until(
    async () => {
      const ids = results.flatMap(({ answers }) => answers.map(({ id }) => id));
      const deliveries = new Map((await api.deliveries(ids)).map((one) => [one.id, one.vendorStatus]));
      latest = results.map((result) => ({
        ...result,
        deliveries: result.deliveries.map((one) => ({ ...one, vendorStatus: deliveries.get(one.id) ?? null })),
      }));
      return latest.every((result) => checkCallbacks(result).length === 0) ? true : undefined;
    },
    ARRIVAL_TIMEOUT_MS,
    signal,
  );
  return latest;
}

/** Replaces the reason of a dead letter, which is an error kind, with the vendor's message. */
async function explained(api: DemoHubApi, delivery: DemoDelivery): Promise<DemoDelivery> {
  return delivery.status === 'dead' ? { ...delivery, reason: await api.lastAttemptMessage(delivery) } : delivery;
}

async function declinedBy(step: Step, eventIds: readonly string[], api: DemoHubApi): Promise<string | undefined> {
  const [eventId] = eventIds;
  return step.declines === undefined || eventId === undefined ? undefined : api.declined(eventId, step.declines);
}
