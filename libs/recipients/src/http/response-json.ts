import { isDeliveryError, type HttpResponse, type Json } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/** The body as JSON; null where it is empty. @throws DeliveryError, without the answer, where it is something else. */
export function responseJson(section: string, response: HttpResponse): Json {
  if (response.text.trim() === '') return null;
  try {
    return response.json();
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    throw lookupError('transient', section, `it answered ${response.status} with a body that is not JSON, or too deep`);
  }
}
