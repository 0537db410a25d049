import { defineDestination__helperImports__, type DestinationContext } from '@patchbay/plugin-sdk';
import { Credentials, Message, Settings } from './__type__.dto.js';

/** An invented vendor, until `sandbox.ts` and this file say what the real one documents. */
export default defineDestination({
  type: '__type__',
  label: '__label__',
  description: '__description__',
  category: '__category__',
  limits: { ratePerSecond: 10, concurrency: 5, timeoutMs: 15_000 },
  contract: 1,
  credentials: Credentials,
  settings: Settings,
  message: Message,

  /** Reads the account: nobody gets a message. */
  async verify(context) {
    await context.http.send({ method: 'GET', ...at(context, '/v1/account'), readsOnly: true });
  },

  /** One attempt. It resolves where the vendor took the message; `send` throws by the status where it did not. */
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

/** Not parsed: the vendor took the message, whatever became of its answer. */
function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}
