import { classifyStatus, DeliveryError, deliveryErrorFromResponse, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { EgressRefusedError } from '../egress/egress-policy.js';
import { WriteRefusedError, type StopReason } from './exchange.js';
import { EgressProxyError } from './open-tunnel.js';

/** Exchange that ended without a complete answer. */
export interface FailedExchange {
  /** Host that was called, for the message. */
  readonly host: string;
  readonly error: unknown;
  /** True if the vendor may have received the whole request. */
  readonly sent: boolean;
  readonly readsOnly: boolean;
  /** Reason why the hub stopped the exchange. Undefined if the hub did not stop it. */
  readonly stopped: StopReason | undefined;
  /** Status and headers of an incomplete answer. Undefined if none arrived. */
  readonly head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
}

/**
 * Classifies a failure by its consequences. A status line that is not 2xx determines the kind of the error. A 2xx
 * status line means that the vendor took the request, and only the rest of the answer is lost. Without a status line,
 * the kind depends on whether the request may have been sent.
 */
export function classifyFailure(failure: FailedExchange): DeliveryError {
  const refusal = causeOf(failure.error, (cause) => cause instanceof EgressRefusedError);
  if (refusal instanceof EgressRefusedError) return new DeliveryError('rejected', refusal.message);
  const { head } = failure;
  if (head !== undefined && classifyStatus(head.status) !== undefined) {
    return deliveryErrorFromResponse(head.status, head.headers, '');
  }
  const kind: DeliveryErrorKind = failure.sent && !failure.readsOnly ? 'unconfirmed' : 'transient';
  const stage =
    head !== undefined
      ? 'while the answer arrived'
      : failure.sent
        ? 'after the request was sent'
        : 'before the request was sent';
  const text = `${failure.host}: ${whatHappened(failure)}, ${stage}`;
  return new DeliveryError(kind, text, {
    cause: failure.error,
    ...(head === undefined ? {} : { response: { status: head.status } }),
  });
}

function whatHappened(failure: FailedExchange): string {
  if (failure.error instanceof WriteRefusedError) return failure.error.message;
  if (failure.stopped === 'time limit') return 'no answer within the time limit';
  if (failure.stopped === 'shutdown') return 'the hub was stopping';
  if (failure.stopped === 'request') return 'the plugin aborted the request';
  const proxyError = causeOf(failure.error, (cause) => cause instanceof EgressProxyError);
  if (proxyError instanceof EgressProxyError) return proxyError.message;
  const code = codeOf(failure.error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused (ECONNREFUSED)';
    case 'ENOTFOUND':
      return 'the host name does not resolve (ENOTFOUND)';
    case 'EAI_AGAIN':
      return 'the name server did not answer (EAI_AGAIN)';
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection was cut (${code})`;
    case 'UND_ERR_SOCKET':
      return 'the connection was cut';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `the connection timed out (${code})`;
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'the headers of the answer are too large';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'the answer is shorter or longer than its content-length';
    case 'ANSWER_TOO_LONG':
      return 'the answer is larger than 1 MiB';
    case undefined:
      return 'the connection failed';
    default:
      if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`;
      if (/^(Z_|ERR__ERROR_|ERR_.*BROTLI)/.test(code)) return `the answer could not be decompressed (${code})`;
      return `the connection failed (${code})`;
  }
}

/** Returns true if an error is a failure of a connection or an address, and not a mistake of a program. */
export function hasSystemCode(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && !code.startsWith('ERR_INVALID_ARG');
}

/** Returns the first code in a chain of causes, for example `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  const coded = causeOf(error, (cause) => 'code' in cause && typeof cause.code === 'string');
  return coded !== undefined && 'code' in coded && typeof coded.code === 'string' ? coded.code : undefined;
}

function causeOf(error: unknown, wanted: (cause: object) => boolean): object | undefined {
  let cause = error;
  for (let depth = 0; depth < 10 && typeof cause === 'object' && cause !== null; depth++) {
    if (wanted(cause)) return cause;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return undefined;
}
