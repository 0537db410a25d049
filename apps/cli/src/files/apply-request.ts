import type { Json } from '@patchbay/core';
import type { ReadBrandFile } from './brand-files.js';
import { sentLocations, type SentLocation } from './sent-locations.js';

/** Options of an {@link ApplyRequest}. */
export interface ApplyMode {
  /** True to return the changes without applying them. */
  readonly dryRun: boolean;
  /** True to delete the objects that were removed from the files. False to disable these objects. */
  readonly prune: boolean;
  /** True if the request contains all brand files. Brands that have no file are then disabled. */
  readonly complete: boolean;
  /**
   * Number of waiting deliveries that the user allows the change to end, to hold, or to send by another destination
   * type.
   */
  readonly atMost: number;
  /** True to allow brands to change from `pii-less` to `standard`. */
  readonly confirmPrivacy: boolean;
  /** True to refuse files that have warnings. */
  readonly strict: boolean;
}

/** Brand file in the request body. */
export interface SentFile {
  readonly file: string;
  /** Content with all `${env:…}` and `${file:…}` references resolved. */
  readonly content: Json;
  /**
   * Fields that contain a reference. The hub rejects literal secrets, so the request names the fields whose values were
   * resolved from references.
   */
  readonly interpolated: readonly string[];
  readonly sourceLocations: readonly SentLocation[];
}

/** Body of `POST /v1/apply`, which rejects unknown keys. */
export interface ApplyRequest extends ApplyMode {
  readonly files: readonly SentFile[];
}

/**
 * Maximum number of files for which source locations are sent. For more files, the command line adds the line numbers
 * to the errors itself.
 */
const MAX_FILES_WITH_LOCATIONS = 1_000;

/** Creates the request body. `apply` and `doctor` both use this function, so that they send equal bodies. */
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
