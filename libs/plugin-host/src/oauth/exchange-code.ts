import type { OAuthTokens, OpenDestination } from '@patchbay/core';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import type { HostLogger } from '../runtime/host-ports.js';
import type { PluginRuntime } from '../runtime/plugin-runtime.js';
import { InvalidGrantError, requestTokens, type Grant } from './request-tokens.js';

/** Tokens for a code, or the failure of the exchange. */
export type ExchangedCode =
  | { readonly ok: true; readonly tokens: OAuthTokens; readonly tokenUrl: string }
  /** `message`: cause of the failure and its fix, without the code and without tokens. */
  | { readonly ok: false; readonly message: string };

/** Code of a person who came back from the vendor, with the parameters of the request that it answers. */
export interface AuthorizationCode {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** Exchanges a code for tokens (RFC 6749, 4.1.3). Never throws. */
export async function exchangeCode(
  runtime: PluginRuntime,
  destination: OpenDestination,
  { code, codeVerifier, redirectUri }: AuthorizationCode,
  logger: HostLogger,
): Promise<ExchangedCode> {
  try {
    const client = runtime.oauthClient(destination);
    if (client === undefined)
      return { ok: false, message: `Destinations of type ${destination.type} need no connection.` };
    const grant: Grant = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      ...(client.pkce ? { code_verifier: codeVerifier } : {}),
    };
    // The request has a time limit of its own.
    const http = runtime.tokenHttp(new AbortController().signal);
    const tokens = await requestTokens(http, client, grant, () => runtime.ports.clock.now());
    return { ok: true, tokens, tokenUrl: client.tokenUrl };
  } catch (error) {
    if (error instanceof InvalidGrantError) {
      return { ok: false, message: 'The vendor refused the code (invalid_grant). Connect the destination again.' };
    }
    if (isDeliveryError(error)) return { ok: false, message: error.message };
    const fields = { type: destination.type, destinationId: destination.id };
    logger.error({ ...fields, error: error instanceof Error ? error.name : typeof error }, 'exchange of a code failed');
    return { ok: false, message: 'The hub failed while it exchanged the code. Look in the log of the hub.' };
  }
}
