import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, parseJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { realTime } from './real-time.js';

/** Complete request that a sandbox received. */
export class SandboxRequest {
  /** Time when the request was complete: milliseconds since the epoch. */
  readonly at = realTime();

  constructor(
    readonly method: string,
    /** Path without the query and without the prefix under which a sandbox hub serves the sandbox. */
    readonly path: string,
    readonly query: URLSearchParams,
    /** Header names in lower case; values of repeated headers are joined by `, `. */
    readonly headers: Readonly<Record<string, string>>,
    readonly rawBody: Buffer,
    /** The `:named` parts of the route's path. */
    readonly params: Readonly<Record<string, string>> = {},
    /**
     * Target of the request line: the full path and the query, encoded as received. Vendors' signatures cover the
     * target.
     */
    readonly target: string = path,
  ) {}

  /** The body as UTF-8. */
  get text(): string {
    return this.rawBody.toString('utf8');
  }

  /** Parses the body as a form, regardless of its content type. */
  form(): URLSearchParams {
    return new URLSearchParams(this.text);
  }

  /** Parses the body as JSON; undefined if invalid. */
  json(): Json | undefined {
    return parseJson(this.text);
  }

  /** Parses the body as a JSON object; undefined if the body is not a JSON object. */
  jsonObject(): JsonObject | undefined {
    const value = this.json();
    return isJsonObject(value) ? value : undefined;
  }

  /** Returns the credentials of HTTP Basic (RFC 7617); undefined if the request has none. */
  basic(): { readonly username: string; readonly password: string } | undefined {
    const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(this.headers.authorization ?? '');
    const decoded = Buffer.from(match?.[1] ?? '', 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    return colon < 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }

  /** Returns the token of `Authorization: Bearer` (RFC 6750); undefined if the request has none. */
  bearer(): string | undefined {
    return /^Bearer (\S+)$/i.exec(this.headers.authorization ?? '')?.[1];
  }

  /** Returns a copy of the request with the parameters of the route's path. */
  withParams(params: Readonly<Record<string, string>>): SandboxRequest {
    return new SandboxRequest(this.method, this.path, this.query, this.headers, this.rawBody, params, this.target);
  }
}

/** Converts each header of Node.js to one string. */
export function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
