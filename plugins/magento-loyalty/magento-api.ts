import {
  httpResponseOf,
  isSuccess,
  joinUrl,
  type DestinationContext,
  type HttpResponse,
  type Json,
} from '@patchbay/plugin-sdk';
import { authorize } from './authorization.js';
import { magentoError } from './errors.js';
import type { MagentoCredentials, MagentoSettings } from './magento-loyalty.dto.js';

/** Context of one destination. */
export type MagentoContext = DestinationContext<MagentoCredentials, MagentoSettings>;

/** One call of Magento's Web API. */
export interface MagentoCall {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Path below V1 with an encoded query, for example `customers/42`. */
  readonly path: string;
  readonly json?: Json;
  /** True to send the call through the message queue of the store. */
  readonly queued?: boolean;
}

/**
 * Calls the store and resolves with a 2xx response; throws a DeliveryError for any other response. If the store refuses
 * the token, a new token is fetched once, because a token may expire early. The refused call changed nothing.
 */
export async function callMagento(context: MagentoContext, call: MagentoCall): Promise<HttpResponse> {
  const first = await send(context, call);
  const refused = first.response.status === 401 ? first.token : undefined;
  refused?.drop();
  const { response } = refused ? await send(context, call) : first;
  if (!isSuccess(response)) throw magentoError(response);
  return response;
}

async function send(context: MagentoContext, call: MagentoCall) {
  const { axios, credentials, settings } = context;
  const { method, json } = call;
  const url = urlOf(settings, credentials.ims !== undefined, call);
  const { headers, token } = await authorize(context, method, url);
  const store = credentials.ims && settings.storeCode;
  const response = await axios.request<unknown>({
    method,
    url,
    data: json,
    headers: { accept: 'application/json', ...(store !== undefined && { store }), ...headers },
    readsOnly: json === undefined,
    validateStatus: null,
  });
  return { response: httpResponseOf(response), token };
}

/**
 * Returns the URL of a call, from "Asynchronous web endpoints". The cloud service has no /rest and no store code in the
 * URL, and has /async after /V1.
 */
function urlOf({ baseUrl, storeCode }: MagentoSettings, cloud: boolean, { path, queued = false }: MagentoCall): string {
  const async = queued ? 'async/' : '';
  if (cloud) return joinUrl(baseUrl, `/V1/${async}${path}`);
  return joinUrl(baseUrl, `/rest/${storeCode === undefined ? '' : `${storeCode}/`}${async}V1/${path}`);
}
