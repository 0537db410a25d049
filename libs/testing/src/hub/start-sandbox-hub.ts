import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { capillarySandbox, type CapillarySandbox } from '../capillary/capillary-sandbox.js';
import { discoverSandboxes } from '../sandbox/discover-sandboxes.js';
import { Sandbox } from '../sandbox/sandbox.js';
import { listen } from '../sandbox/listen-locally.js';
import { inboxJson } from './inbox-json.js';
import { inboxPage, type InboxColumn } from './inbox-page.js';

const LOGO_LIMIT_BYTES = 20_000;

/** Server that runs all vendors on one port, with a web inbox. */
export interface SandboxHub {
  /** `http://127.0.0.1:<port>`: the page is at `/`, its data at `/inbox.json`, each vendor under `/<type>`. */
  readonly url: string;
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  /** Capillary, which is a platform and no vendor. Its API is at `/capillary`. */
  readonly capillary: { readonly api: Sandbox; readonly state: CapillarySandbox };
  stop(): Promise<void>;
}

/**
 * Starts every sandbox in a folder of plugins and the sandbox of Capillary, on 127.0.0.1.
 *
 * - `GET /` returns the inbox as a page, `GET /inbox.json` as JSON; `DELETE /inbox.json` empties it.
 * - `/<type>/…` is the vendor's API. Use `<url>/<type>` as the `baseUrl` of a destination.
 *
 * @param options.port 0 selects a free port
 */
export async function startSandboxHub(options: {
  readonly pluginsDir: string;
  readonly port: number;
}): Promise<SandboxHub> {
  const definitions = await discoverSandboxes(options.pluginsDir);
  const logos = await Promise.all(definitions.map(({ type }) => logoOf(options.pluginsDir, type)));
  const server = createServer();
  const { url, close } = await listen(server, options.port);
  const columns = definitions.map((definition, index): InboxColumn => {
    return { sandbox: new Sandbox(definition, `${url}/${definition.type}`), logo: logos[index] };
  });
  const sandboxes = new Map(columns.map(({ sandbox }) => [sandbox.type, sandbox]));
  const state = capillarySandbox();
  const api = new Sandbox(state.definition, `${url}/${state.definition.type}`);
  const served = new Map([...sandboxes, [api.type, api]]);
  server.on('request', (incoming, outgoing) => {
    route(columns, served, incoming, outgoing);
  });
  return {
    url,
    sandboxes,
    capillary: { api, state },
    stop: async () => {
      for (const sandbox of served.values()) sandbox.stop();
      await close();
    },
  };
}

function route(
  columns: readonly InboxColumn[],
  sandboxes: ReadonlyMap<string, Sandbox>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  // The class URL throws for a target such as `//`, which takes an empty host.
  const [pathname = '/', ...query] = (incoming.url ?? '/').split('?');
  const searchParams = new URLSearchParams(query.join('?'));
  const [, type = '', ...rest] = pathname.split('/');
  const sandbox = sandboxes.get(type);
  if (sandbox) {
    void sandbox.serve(incoming, outgoing, `/${rest.join('/')}`, searchParams);
  } else if (pathname === '/' && incoming.method === 'GET') {
    const nonce = randomBytes(16).toString('base64');
    outgoing.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:`,
    );
    reply(outgoing, 200, 'text/html; charset=utf-8', inboxPage(columns, nonce));
  } else if (pathname === '/inbox.json' && incoming.method === 'GET') {
    reply(outgoing, 200, 'application/json', JSON.stringify(inboxJson(columns.map(({ sandbox: vendor }) => vendor))));
  } else if (pathname === '/inbox.json' && incoming.method === 'DELETE') {
    for (const one of sandboxes.values()) one.clear();
    reply(outgoing, 204, 'application/json', '');
  } else {
    reply(outgoing, 404, 'text/plain', 'Not found. Use /, /inbox.json, or a vendor under /<destination type>.');
  }
}

function reply(outgoing: ServerResponse, status: number, contentType: string, body: string): void {
  outgoing.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}

/** Returns the plugin's logo as a `data:` URL. If the folder contains built files, reads the logo from the sources. */
async function logoOf(pluginsDir: string, type: string): Promise<string | undefined> {
  for (const folder of [pluginsDir, join(pluginsDir, '..')]) {
    const logo = await readFile(join(folder, type, 'logo.svg')).catch(() => undefined);
    if (logo && logo.length <= LOGO_LIMIT_BYTES) return `data:image/svg+xml;base64,${logo.toString('base64')}`;
  }
  return undefined;
}
