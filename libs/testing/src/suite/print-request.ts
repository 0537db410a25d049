import type { SandboxRequest } from '../sandbox/sandbox-request.js';

/** Sent message, with the vendor's page that documents its request. */
export interface PrintedRequest {
  readonly type: string;
  readonly sample: string;
  /** URL of the vendor's page. Undefined if the vendor has none. */
  readonly docsUrl: string | undefined;
  readonly request: SandboxRequest;
}

/** Returns a request as text, so that a person can compare it with the vendor's page. */
export function printedRequest({ type, sample, docsUrl = 'no page of a vendor', request }: PrintedRequest): string {
  const { method, target } = request;
  return `\n== ${type}: ${sample}\n   ${docsUrl}\n${method} ${target}\n${bodyOf(request)}\n`;
}

function bodyOf(request: SandboxRequest): string {
  const json = request.json();
  if (json !== undefined) return JSON.stringify(json, null, 2);
  if (!(request.headers['content-type'] ?? '').includes('form')) return request.text;
  return [...request.form()].map(([name, value]) => `${name}=${value}`).join('\n');
}
