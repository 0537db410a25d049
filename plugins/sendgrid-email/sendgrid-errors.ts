import {
  DeliveryError,
  deliveryErrorFromResponse,
  RETRY_AFTER_LIMIT_MS,
  type DeliveryErrorKind,
  type HttpResponse,
} from '@patchbay/plugin-sdk';

/** Parts of a request that the destination sets, not the message: wrong here is wrong for every message. */
const SETTINGS = /^(from|reply_to|asm|categories|ip_pool_name|mail_settings)\b/;
const MAX_FIELDS = 5;

/**
 * Names an answer that is no success, by "Errors" and "Rate Limits". SendGrid's own texts are left out: they repeat
 * addresses.
 * @param now milliseconds since the epoch
 */
export function sendGridError(response: HttpResponse, now = Date.now()): DeliveryError {
  const byStatus = deliveryErrorFromResponse(response.status, response.headers, response.text, now);
  const problems = problemsIn(response.text);
  const fields = problems.map(({ field }) => field).filter((field) => field !== '');
  const { kind, text } = meaning(response.status, byStatus, fields, problems);
  const retryAfterMs = byStatus.retryAfterMs ?? (kind === 'throttled' ? untilReset(response.headers, now) : undefined);
  return new DeliveryError(kind, text, {
    ...(byStatus.response && { response: byStatus.response }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function meaning(
  status: number,
  byStatus: DeliveryError,
  fields: readonly string[],
  problems: readonly Problem[],
): { readonly kind: DeliveryErrorKind; readonly text: string } {
  if (status === 401 && problems.some(({ message }) => /credits exceeded/i.test(message))) {
    return { kind: 'credentials', text: 'SendGrid: the account is out of credits; upgrade its plan, then verify.' };
  }
  if (status === 403 && fields.some((field) => field.startsWith('from'))) {
    return {
      kind: 'credentials',
      text: 'SendGrid: the setting "from" is no verified sender of this account; verify it or its domain at SendGrid.',
    };
  }
  if (status === 403) {
    return {
      kind: 'credentials',
      text:
        'SendGrid: this key may not send, or is blocked for a while after many bad requests; give it the permission ' +
        'Mail Send, then verify the destination.',
    };
  }
  if (status === 413) return { kind: 'rejected', text: 'SendGrid: the e-mail is too large; shorten its content.' };
  if (status === 400 && fields.length > 0) {
    const named = fields.slice(0, MAX_FIELDS).join(', ');
    return fields.some((field) => SETTINGS.test(field))
      ? { kind: 'credentials', text: `SendGrid refused ${named}: correct the settings of this destination.` }
      : { kind: 'rejected', text: `SendGrid refused ${named}: check the recipient and the mapping.` };
  }
  return { kind: byStatus.kind, text: byStatus.message };
}

interface Problem {
  /** Empty where SendGrid names none. */
  readonly field: string;
  readonly message: string;
}

/** `{"errors":[{"message","field","help"}]}`; an answer of something between us and SendGrid has none. */
function problemsIn(text: string): readonly Problem[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [];
  }
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined;
  return Array.isArray(errors) ? errors.map(problem) : [];
}

function problem(entry: unknown): Problem {
  const own: Partial<Record<string, unknown>> = typeof entry === 'object' && entry !== null ? { ...entry } : {};
  const { field, message } = own;
  return {
    field: typeof field === 'string' && /^[a-z][\w.]{0,99}$/i.test(field) && field !== 'null' ? field : '',
    message: typeof message === 'string' ? message : '',
  };
}

/** "Rate Limits": `X-RateLimit-Reset` is the second of the epoch at which the next period begins. */
function untilReset(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const reset = headers['x-ratelimit-reset'] ?? '';
  if (!/^\d{9,11}$/.test(reset)) return undefined;
  return Math.min(Math.max(Number(reset) * 1_000 - now, 0), RETRY_AFTER_LIMIT_MS);
}
