import { STATUS_CODES } from 'node:http';
import {
  DeliveryError,
  deliveryErrorFromResponse,
  HTTP_RESPONSE,
  isDeliveryError,
  type HttpClient,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import type { AxiosAdapter, AxiosResponse, AxiosStatic, InternalAxiosRequestConfig } from 'axios';
import { failedRequest, failedResponse } from './axios-error.js';
import { httpRequestOf } from './axios-request.js';

/**
 * Creates the adapter by which axios sends through a client of the hub. An error is an AxiosError, and its `cause` is the
 * DeliveryError that `http.send` would throw.
 */
export function axiosAdapter(axios: AxiosStatic, http: HttpClient): AxiosAdapter {
  return async (config) => {
    const received = await exchanged(axios, http, config);
    const { status, headers, text } = received;
    const response = axiosResponse(axios, config, received);
    const { maxContentLength = -1, validateStatus } = config;
    if (maxContentLength > -1 && bytesOf(received).length > maxContentLength) {
      const message = `maxContentLength size of ${maxContentLength} exceeded`;
      const kind = config.readsOnly === true ? 'transient' : 'unconfirmed';
      throw failedResponse(
        axios,
        config,
        response,
        message,
        new DeliveryError(kind, message, { response: { status } }),
      );
    }
    if (validateStatus === undefined || validateStatus === null || validateStatus(status)) return response;
    const cause = deliveryErrorFromResponse(status, headers, text);
    throw failedResponse(axios, config, response, `Request failed with status code ${status}`, cause);
  };
}

async function exchanged(
  axios: AxiosStatic,
  http: HttpClient,
  config: InternalAxiosRequestConfig,
): Promise<HttpResponse> {
  try {
    return await http.exchange(await httpRequestOf(config, axios.getUri(config)));
  } catch (error) {
    throw isDeliveryError(error) ? failedRequest(axios, config, error) : error;
  }
}

function axiosResponse(axios: AxiosStatic, config: InternalAxiosRequestConfig, received: HttpResponse): AxiosResponse {
  const { status, headers, text } = received;
  // The body is decompressed.
  const { 'content-encoding': _, ...kept } = headers;
  const response: AxiosResponse = {
    data: config.responseType === 'arraybuffer' ? bytesOf(received) : text,
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: new axios.AxiosHeaders(kept),
    config,
  };
  return Object.assign(response, { [HTTP_RESPONSE]: received });
}

function bytesOf({ bytes, text }: HttpResponse): Buffer {
  return bytes === undefined ? Buffer.from(text) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
