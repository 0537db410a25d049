import type { DeliveryError } from '@patchbay/plugin-sdk';
import type { AxiosError, AxiosResponse, AxiosStatic, InternalAxiosRequestConfig } from 'axios';
import { codeOf } from '../client/classify-failure.js';

/**
 * Returns the error that axios throws for a request without a response.
 * @param cause error of the hub's client
 */
export function failedRequest(
  axios: AxiosStatic,
  config: InternalAxiosRequestConfig,
  cause: DeliveryError,
): AxiosError {
  const { AxiosError, CanceledError } = axios;
  if (config.signal?.aborted === true) return withCause(new CanceledError(undefined, config), cause);
  const code = cause.kind === 'mapping' ? AxiosError.ERR_BAD_OPTION : (codeOf(cause) ?? AxiosError.ERR_NETWORK);
  return withCause(new AxiosError(cause.message, code, config), cause);
}

/** Returns the error that axios throws for a response that the request does not accept. */
export function failedResponse(
  { AxiosError }: AxiosStatic,
  config: InternalAxiosRequestConfig,
  response: AxiosResponse,
  message: string,
  cause: DeliveryError,
): AxiosError {
  const isRefused = response.status >= 400 && response.status <= 499;
  const code = isRefused ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  return withCause(new AxiosError(message, code, config, undefined, response), cause);
}

/** Sets the cause as axios does: not enumerable, so that loggers do not follow it. */
function withCause(error: AxiosError, cause: DeliveryError): AxiosError {
  return Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
}
