import type { Json } from '@patchbay/core';
import type { ReadBrandFile } from './brand-files.js';
import { sentLocations, type SentLocation } from './sent-locations.js';

/** How the files of an {@link ApplyRequest} are to be taken. */
export interface ApplyMode {
  /** Say what would change, change nothing. */
  readonly dryRun: boolean;
  /** Delete what vanished from the files instead of disabling it. */
  readonly prune: boolean;
  /** These are all files there are: brands that they leave out are disabled. */
  readonly complete: boolean;
  /** Waiting deliveries that the files may end, hold or send by another destination type. */
  readonly atMost: number;
  /** Brands may change from `pii-less` to `standard`. */
  readonly confirmPrivacy: boolean;
}

/** One file as it is sent. */
export interface SentFile {
  readonly file: string;
  /** With its references resolved here, where the secrets are. */
  readonly content: Json;
  /** The fields that a reference is part of: a secret that stands in a file as it is would be refused. */
  readonly interpolated: readonly string[];
  readonly sourceLocations: readonly SentLocation[];
}

/** The body of `POST /v1/apply`, which refuses every key that it does not know. */
export interface ApplyRequest extends ApplyMode {
  readonly files: readonly SentFile[];
}

/** More files are sent without the lines of their fields, which this command line adds to errors itself. */
const MAX_FILES_WITH_LOCATIONS = 1_000;

/** The one way in which files are sent, so that what `doctor` asks the hub is what `apply` would. */
export function applyRequest(files: readonly ReadBrandFile[], mode: ApplyMode): ApplyRequest {
  return {
    files: files.map(({ file, source: { content, interpolated, sourceLocations } }) => ({
      file,
      content,
      interpolated: [...interpolated],
      sourceLocations: files.length > MAX_FILES_WITH_LOCATIONS ? [] : sentLocations(sourceLocations),
    })),
    ...mode,
  };
}
