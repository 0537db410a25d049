import { setNonce } from 'get-nonce';

/**
 * Nonce of this page, which the content security policy requires on each style element. The hub writes a new nonce in
 * each response. Import this file first, because packages add styles while they load.
 */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

setNonce(nonce);
