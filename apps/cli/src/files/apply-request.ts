import type { Json } from '@patchbay/core';
import type { ReadBrandFile } from './brand-files.js';
import { sentPlaces, type SentPlace } from './sent-places.js';

/** How the files of an {@link ApplyRequest} are to be taken. */
export interface ApplyMode {
  /** Say what would change, change nothing. */
  readonly dryRun: boolean;
  /** Delete what vanished from the files instead of disabling it. */
  readonly prune: boolean;
  /** These are all files there are: brands that they leave out are disabled. */
  readonly complete: boolean;
}

/** One file as it is sent. */
export interface SentFile {
  readonly file: string;
  /** With its references resolved here, where the secrets are. */
  readonly content: Json;
  /** The fields that a reference is part of: a secret that stands in a file as it is would be refused. */
  readonly interpolated: readonly string[];
  readonly places: readonly SentPlace[];
}

/** The body of `POST /v1/apply`, which refuses every key that it does not know. */
export interface ApplyRequest extends ApplyMode {
  readonly files: readonly SentFile[];
}

/** The one way in which files are sent, so that what `doctor` asks the hub is what `apply` would. */
export function applyRequest(files: readonly ReadBrandFile[], { dryRun, prune, complete }: ApplyMode): ApplyRequest {
  return {
    files: files.map(({ file, source: { content, interpolated, places } }) => ({
      file,
      content,
      interpolated: [...interpolated],
      places: sentPlaces(places),
    })),
    dryRun,
    prune,
    complete,
  };
}
