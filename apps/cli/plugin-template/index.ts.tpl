import { defineDestination, Field, type DestinationContext__typeImports__ } from '@patchbay/plugin-sdk';

/** Whom the vendor knows this brand by. */
export class __Type__Credentials {
  @Field({ label: 'API key', help: 'Say where the vendor shows it.', secret: true, minLength: 1 })
  apiKey: string;
}

/** How this brand uses the vendor. */
export class __Type__Settings {
  @Field({ label: 'Base URL', help: 'Another address for the vendor.', optional: true, format: 'uri', fileOnly: true })
  baseUrl?: string;
}

/** What a mapping has to produce. */
export class __Type__Message {
__fields__
}

/** An invented vendor, until `sandbox.ts` and this file say what the real one documents. */
export default defineDestination({
  type: '__type__',
  label: '__label__',
  description: '__description__',
  category: '__category__',
  limits: { ratePerSecond: 10, concurrency: 5, timeoutMs: 15_000 },
  contract: 1,
  credentials: __Type__Credentials,
  settings: __Type__Settings,
  message: __Type__Message,

  /** Reads the account: nobody gets a message. */
  async verify(context) {
    await context.http.send({ method: 'GET', ...at(context, '/v1/account'), readsOnly: true });
  },

  /** One try. It resolves where the vendor took the message; `send` throws by the status where it did not. */
  async deliver(context, message) {
    const { status, text } = await context.http.send({
      method: 'POST',
      ...at(context, '/v1/messages'),
      json: { __request__, reference: context.delivery.id },
    });
    const externalId = idIn(text);
    return { ...(externalId && { externalId }), response: { status } };
  },
});

const API = 'https://api.vendor.example';

function at(context: DestinationContext<__Type__Credentials, __Type__Settings>, path: string) {
  const { credentials, settings } = context;
  return { url: (settings.baseUrl ?? API) + path, headers: { authorization: `Bearer ${credentials.apiKey}` } };
}

/** Not parsed: the vendor took the message, whatever became of its answer. */
function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}
