import {
  DeliveryError,
  isDeliveryError,
  type DeliveryErrorKind,
  type DeliveryResult,
  type RefusedAddress,
} from '@patchbay/plugin-sdk';

/** Error kinds in the order in which they decide the outcome if no device got the message. */
const DECIDING: readonly DeliveryErrorKind[] = [
  ...(['credentials', 'unconfirmed', 'transient', 'throttled', 'mapping', 'rejected'] as const),
];

/** Outcome of a message for one device. */
interface DeviceOutcome {
  readonly token: string;
  readonly result?: DeliveryResult;
  readonly error?: DeliveryError;
}

/**
 * Sends a message to each device of a customer. Resolves if FCM accepted the message for one of them, so that no device
 * gets it twice. The response lists the outcome of each device, and `refused` the tokens of removed apps.
 * @throws the DeliveryError that decides, if FCM accepted the message for no device
 */
export async function sendToDevices(
  tokens: readonly string[],
  sendTo: (token: string) => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  const outcomes = await Promise.all(
    tokens.map(async (token): Promise<DeviceOutcome> => {
      try {
        return { token, result: await sendTo(token) };
      } catch (error) {
        if (isDeliveryError(error)) return { token, error };
        throw error;
      }
    }),
  );
  const refused = outcomes.flatMap(refusedAddress);
  const accepted = outcomes.find(({ result }) => result !== undefined)?.result;
  if (accepted === undefined) throw decidingError(outcomes, refused);
  const devices = outcomes.map(
    ({ result, error }) => result?.externalId ?? error?.vendorCode ?? error?.kind ?? 'accepted',
  );
  return { externalId: accepted.externalId, response: { status: 200, body: JSON.stringify({ devices }) }, refused };
}

function refusedAddress({ token, error }: DeviceOutcome): RefusedAddress[] {
  const reason = error?.suppress;
  return reason === undefined ? [] : [{ address: { kind: 'pushToken', value: token }, reason }];
}

/** Returns the error that decides the outcome. It names an invalid recipient only if each token is invalid. */
function decidingError(outcomes: readonly DeviceOutcome[], refused: readonly RefusedAddress[]): DeliveryError {
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  const [error = new DeliveryError('mapping', 'The message has no "tokens". Map at least one token.')] = [
    ...errors,
  ].sort((a, b) => DECIDING.indexOf(a.kind) - DECIDING.indexOf(b.kind));
  const { kind, message, retryAfterMs, response, vendorCode, safeToRepeat, recipientOnly, suspectsDestination } = error;
  return new DeliveryError(kind, message, {
    ...{ retryAfterMs, response, vendorCode, safeToRepeat, recipientOnly, suspectsDestination, refused },
    suppress: refused.length === outcomes.length ? error.suppress : undefined,
    cause: error,
  });
}
