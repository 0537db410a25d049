import { isDeliveryError, type HttpResponse, type Json } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/**
 * Parses the body as JSON; returns null if it is empty. @throws DeliveryError, without the answer, if it is not valid
 * JSON
 */
export function responseJson(section: string, response: HttpResponse): Json {
  if (response.text.trim() === '') return null;
  try {
    return response.json();
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    throw lookupError(
      'transient',
      section,
      `it answered ${response.status} with a body that is not valid JSON or is nested too deeply`,
    );
  }
}
