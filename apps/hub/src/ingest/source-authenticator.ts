import { presentedKey, type KeyUses, type SourceAuthenticator } from '@patchbay/core';
import { authenticateSource } from '@patchbay/sources';

/**
 * Creates the authenticator of sources. It accepts the source's own secrets, and API keys of role `ingest` that cover
 * the source's brand.
 */
export function sourceAuthenticator(uses: Pick<KeyUses, 'record'>): SourceAuthenticator {
  return ({ auth, keys = [] }, request, now) => {
    if (authenticateSource(auth, request, now)) return true;
    const key = presentedKey(keys, request.headers['authorization'], now);
    if (key === undefined) return false;
    uses.record(key.id, now);
    return true;
  };
}
