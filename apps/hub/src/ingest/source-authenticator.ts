import { shownKey, type KeyUses, type SourceAuthenticator } from '@patchbay/core';
import { authenticateSource } from '@patchbay/sources';

/** Lets in whoever has the source's own secrets, or an API key of the role `ingest` for the source's brand. */
export function sourceAuthenticator(uses: Pick<KeyUses, 'note'>): SourceAuthenticator {
  return ({ auth, keys = [] }, request, now) => {
    if (authenticateSource(auth, request, now)) return true;
    const key = shownKey(keys, request.headers['authorization'], now);
    if (key === undefined) return false;
    uses.note(key.id, now);
    return true;
  };
}
