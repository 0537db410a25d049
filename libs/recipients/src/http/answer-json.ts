import { isDeliveryError, type HttpResponse, type Json } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/** The body as JSON; null where it is empty. @throws DeliveryError, without the answer, where it is something else. */
export function answerJson(what: string, answer: HttpResponse): Json {
  if (answer.text.trim() === '') return null;
  try {
    return answer.json();
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    throw lookupError('transient', what, `it answered ${answer.status} with a body that is not JSON, or too deep`);
  }
}
