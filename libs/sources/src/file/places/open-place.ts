import { PlaceError, type Clock, type FilePlace, type FilePlaceSpec, type OpenPlace } from '@patchbay/core';
import { FolderPlace } from './folder-place.js';
import { S3Place, type GuardedAgents } from './s3-place.js';
import { SftpPlace, type ConnectTcp } from './sftp-place.js';

/** Directory, connections and clock of a process. */
export interface PlaceAccess {
  /** Import directory of the process. Undefined if it has none. */
  readonly importDirectory: string | undefined;
  readonly agents: GuardedAgents;
  readonly connectTcp: ConnectTcp;
  readonly clock: Clock;
  /** Throws if a host is written as an address that the hub may not call. */
  readonly checkLiteral: (hostname: string) => void;
}

/** Returns the function that opens watched places. */
export function placeOpener({ importDirectory, agents, connectTcp, checkLiteral, clock }: PlaceAccess): OpenPlace {
  return ({ folder, s3, sftp, match }: FilePlaceSpec): FilePlace => {
    if (s3 !== undefined) {
      // The lookup of a connection does not run for addresses.
      if (s3.endpoint !== undefined) allowed(() => checkLiteral(new URL(s3.endpoint ?? '').hostname));
      return new S3Place(s3, agents, match);
    }
    if (sftp !== undefined) {
      allowed(() => checkLiteral(sftp.host));
      return new SftpPlace(sftp, connectTcp, clock, match);
    }
    if (folder === undefined || importDirectory === undefined) {
      throw new PlaceError('This process has no import directory. Set PATCHBAY_IMPORT_DIR.');
    }
    return new FolderPlace(importDirectory, { folder, ...(match === undefined ? {} : { match }) }, clock);
  };
}

/** Runs a check of an address. Throws a PlaceError with its reason. */
function allowed(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new PlaceError(error instanceof Error ? `${error.message}.` : 'The hub may not call this address.');
  }
}
