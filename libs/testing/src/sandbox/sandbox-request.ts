import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, parseJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { realTime } from './real-time.js';

/** A request as a sandbox got it, body and all. */
export class SandboxRequest {
  /** When it was complete: milliseconds since the epoch. */
  readonly at = realTime();

  constructor(
    readonly method: string,
    /** Without the query and without the prefix that a hub mounts the sandbox at. */
    readonly path: string,
    readonly query: URLSearchParams,
    /** Names in lower case; repeated ones joined by `, `. */
    readonly headers: Readonly<Record<string, string>>,
    readonly rawBody: Buffer,
    /** The `:named` parts of the route's path. */
    readonly params: Readonly<Record<string, string>> = {},
    /** What the request line named: the whole path and the query, encoded as they came. Signatures cover it. */
    readonly target: string = path,
  ) {}

  /** The body as UTF-8. */
  get text(): string {
    return this.rawBody.toString('utf8');
  }

  /** The body as a form, whatever its content type says. */
  form(): URLSearchParams {
    return new URLSearchParams(this.text);
  }

  /** The body as JSON; undefined where it is none. */
  json(): Json | undefined {
    return parseJson(this.text);
  }

  /** The body as a JSON object; undefined where it is none. */
  jsonObject(): JsonObject | undefined {
    const value = this.json();
    return isJsonObject(value) ? value : undefined;
  }

  /** Name and password of HTTP Basic (RFC 7617); undefined where there are none. */
  basic(): { readonly username: string; readonly password: string } | undefined {
    const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(this.headers.authorization ?? '');
    const decoded = Buffer.from(match?.[1] ?? '', 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    return colon < 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }

  /** The token of `Authorization: Bearer` (RFC 6750); undefined where there is none. */
  bearer(): string | undefined {
    return /^Bearer (\S+)$/i.exec(this.headers.authorization ?? '')?.[1];
  }

  /** The same request, with what the route's path named. */
  withParams(params: Readonly<Record<string, string>>): SandboxRequest {
    return new SandboxRequest(this.method, this.path, this.query, this.headers, this.rawBody, params, this.target);
  }
}

/** Node's headers as one string each. */
export function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
