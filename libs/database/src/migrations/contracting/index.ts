import { DropFormerPauses1797000000410 } from './1797000000410-drop-former-pauses.js';

/** Contracting migrations, oldest first. `patchbay schema contract` runs them; a start of the hub does not. */
export const CONTRACTING_MIGRATIONS = [DropFormerPauses1797000000410] as const;
