import { isDeliveryError, jsonObjectIn, objectOf } from '@patchbay/plugin-sdk';
import { inputFields, introspectionPath } from './feed.js';
import { callGateway, type MedalliaContext } from './medallia-client.js';

const FIELDS_KEPT_MS = 600_000;
const FAILURE_KEPT_MS = 60_000;

/**
 * Returns the feed's input fields from its introspection, cached like a token and shared by concurrent deliveries.
 * Undefined if Medallia does not return the fields. In this case the plugin sends a record without checking its fields,
 * so that the record is not delayed or lost.
 */
export async function feedFields(context: MedalliaContext): Promise<readonly string[] | undefined> {
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
    return status === 200 ? inputFields(objectOf(jsonObjectIn(text))) : undefined;
  } catch (error) {
    if (isDeliveryError(error) && error.kind !== 'credentials') return undefined;
    throw error;
  }
}
