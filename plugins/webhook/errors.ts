import { DeliveryError, deliveryErrorFromResponse, type HttpResponse } from '@patchbay/plugin-sdk';

/** Converts a refused request to a DeliveryError, by its HTTP status. A 410 pauses the destination. */
export function receiverError({ status, headers, text }: HttpResponse): DeliveryError {
  if (status !== 410) return deliveryErrorFromResponse(status, headers, text);
  const words = 'The receiver answered 410: it is permanently gone. Correct the URL, then resume the destination.';
  return new DeliveryError('rejected', words, { response: { status }, disableDestination: true });
}

/**
 * Returns the error for the response to a GET. Most receivers answer 404 or 405. Any status shows that a receiver exists,
 * except 401, 403, 410 and every 5xx other than 501.
 */
export function unreachableError({ status }: HttpResponse): DeliveryError | undefined {
  const answered = `The URL answered ${String(status)} to a GET`;
  if (status === 401 || status === 403)
    return new DeliveryError(
      'credentials',
      `${answered}: the receiver refuses the credentials. Correct the credentials, then verify the destination.`,
    );
  if (status === 410)
    return new DeliveryError('rejected', `${answered}: the receiver is permanently gone. Correct the URL.`);
  if (status < 500 || status === 501) return undefined;
  return new DeliveryError(
    'transient',
    `${answered}: the receiver has a server error. Verify the destination again later.`,
  );
}
