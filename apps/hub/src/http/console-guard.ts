import type { FastifyRequest } from 'fastify';
import { judgeOrigin, type OriginVerdict } from './own-origin.js';
import { hasBody } from './http-server.js';
import { ProblemError } from './problem.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** Values of `Sec-Fetch-Site` for requests of a page of the hub, and of the person through the address bar. */
const OWN_SITES = ['same-origin', 'none'];
/**
 * Matches the types of bodies that the console sends: JSON, and parts of files. A form cannot send them, and a page of
 * another site can send them only with CORS.
 */
const SCRIPT_TYPES = /^application\/(json|offset\+octet-stream)\s*(;|$)/i;

/**
 * Kind of request that the console makes with its cookie. `api`: by a script of the console. `form`: by a form, which
 * cannot set headers.
 */
export type ConsoleRequest = 'api' | 'form';

/**
 * Refuses a request with the cookie that another site may have made in the name of a signed-in person. Browsers may add
 * the cookie to requests of other sites. Only pages of the hub have its origin, and only their scripts can set headers.
 * @throws ProblemError 403 or 415
 */
export function refuseForgedRequest(
  request: FastifyRequest,
  publicUrl: string | undefined,
  kind: ConsoleRequest,
): void {
  refuseOtherSite(request);
  if (SAFE_METHODS.includes(request.method)) return;
  refuseOtherOrigin(request, publicUrl);
  if (kind === 'form') return;
  if (request.headers['x-patchbay-console'] !== '1')
    throw new ProblemError(
      403,
      'The request has no header x-patchbay-console, so it does not come from the console. Send `x-patchbay-console: 1`, ' +
        'or use a key as `Authorization: Bearer <key>`.',
    );
  refuseOtherTypes(request);
}

/**
 * Refuses a sign-in that a page of another site makes. A sign-in without `Origin` comes from a program, because browsers
 * send `Origin` with each POST. A page of another site cannot send JSON, because the hub permits no CORS.
 * @throws ProblemError 403 or 415
 */
export function refuseForgedSignIn(request: FastifyRequest, publicUrl: string | undefined): void {
  refuseOtherSite(request);
  if (request.headers.origin !== undefined) refuseOtherOrigin(request, publicUrl);
  refuseOtherTypes(request);
}

/** Refuses a request that a page of another site makes. @throws ProblemError 403 */
export function refuseOtherSite({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  // Reading changes nothing, but it may be expensive or write an audit entry. Not every browser sends this header.
  if (typeof site === 'string' && !OWN_SITES.includes(site)) throw new ProblemError(403, REFUSALS.foreign);
}

function refuseOtherOrigin({ headers: { origin, host } }: FastifyRequest, publicUrl: string | undefined): void {
  const verdict = judgeOrigin({ origin, host, publicUrl });
  if (verdict !== 'own') throw new ProblemError(403, REFUSALS[verdict]);
}

function refuseOtherTypes(request: FastifyRequest): void {
  if (hasBody(request) && !SCRIPT_TYPES.test(request.headers['content-type'] ?? ''))
    throw new ProblemError(415, 'The body is not declared as JSON. Send it as `content-type: application/json`.');
}

const REFUSALS: Readonly<Record<Exclude<OriginVerdict, 'own'>, string>> = {
  missing:
    'The request has no valid Origin header, so it may not come from the console. Send the Origin of this hub, or use a key ' +
    'as `Authorization: Bearer <key>`.',
  foreign:
    'The request comes from a page of another site. Open the console at the address of this hub. If a proxy changes ' +
    'the Host header, set PATCHBAY_PUBLIC_URL to the address that browsers use.',
  insecure:
    'The console does not work over plain http from another machine, because others on the network could read your ' +
    'key. Open the hub by https, or through a tunnel to localhost.',
};
