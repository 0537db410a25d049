import type { JsonObject } from '@patchbay/core';
import { objectsAt, textAt, textsAt } from '../api/json-reading.js';
import { printable } from '../output/printable.js';
import type { Finding } from './finding.js';

/** Converts the checks in a response of `/v1/diagnosis`. */
export function findingsOf(diagnosis: JsonObject): readonly Finding[] {
  return objectsAt(diagnosis, 'checks').map((check) => ({
    name: printable(textAt(check, 'name') ?? ''),
    facts: printable(textAt(check, 'facts') ?? ''),
    problems: textsAt(check, 'problems').map((text) => printable(text, 1_000)),
    warnings: textsAt(check, 'warnings').map((text) => printable(text, 1_000)),
  }));
}

/** Compares the version of this command with the version of the hub. */
export function versionFinding(diagnosis: JsonObject, ownVersion: string): Finding {
  const hub = printable(textAt(diagnosis, 'version') ?? 'unknown');
  return {
    name: 'versions',
    facts: `hub ${hub}, this command ${ownVersion}`,
    problems: [],
    warnings:
      hub === ownVersion
        ? []
        : [
            `The hub has the version ${hub}, this command the version ${ownVersion}. Use the command of the hub's version.`,
          ],
  };
}
