import { defineDestination__helperImports__, type DestinationContext } from '@patchbay/plugin-sdk';
import { Credentials, Message, Settings } from './__type__.dto.js';

/** Destination of an invented vendor. Change `sandbox.ts` and this file to match the documentation of the real vendor. */
export default defineDestination({
  type: '__type__',
  label: '__label__',
  description: '__description__',
  category: '__category__',
  messaging: __messaging__,
  limits: { ratePerSecond: 10, concurrency: 5, timeoutMs: 15_000 },
  contract: 2,
  credentials: Credentials,
  settings: Settings,
  message: Message,

  /** Checks the credentials by reading the account. Sends no message. */
  async verify(context) {
    await context.http.send({ method: 'GET', ...at(context, '/v1/account'), readsOnly: true });
  },

  /** Makes one attempt. Resolves if the vendor accepted the message; otherwise `send` throws an error by the status. */
  async deliver(context, message) {
    const { status, text } = await context.http.send({
      method: 'POST',
      ...at(context, '/v1/messages'),
      json: {
__request__
        reference: context.delivery.id,
      },
    });
    return { externalId: idIn(text), response: { status } };
  },
});

const API = 'https://api.vendor.example';

function at(context: DestinationContext<Credentials, Settings>, path: string) {
  const { credentials, settings } = context;
  return { url: (settings.baseUrl ?? API) + path, headers: { authorization: `Bearer ${credentials.apiKey}` } };
}

/** Finds the id without parsing, because the vendor accepted the message even if its response is not valid JSON. */
function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}
