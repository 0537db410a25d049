import { formatProblem, type ConfigurationProblem, type JsonObject } from '@patchbay/core';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { ReadBrandFile } from '../files/brand-files.js';
import { withLine } from '../files/problem-lines.js';
import { printable } from '../output/printable.js';

/** Maximum number of warnings that are printed. */
const MAX_PRINTED = 100;

/** Formats the warnings in a response of `apply`, one line per warning with its file and line. */
export function warningLines(answer: JsonObject, files: readonly ReadBrandFile[]): readonly string[] {
  const warnings = objectsAt(answer, 'warnings').map((one): ConfigurationProblem => {
    const file = textAt(one, 'file');
    const warning = {
      ...(file === undefined ? {} : { file }),
      ...(typeof one.line === 'number' ? { line: one.line } : {}),
      field: textAt(one, 'field') ?? '',
      message: textAt(one, 'message') ?? '',
    };
    return withLine(warning, files);
  });
  const lines = warnings.slice(0, MAX_PRINTED).map((warning) => printable(formatProblem(warning), 1_000));
  const others = warnings.length - lines.length;
  return others === 0 ? lines : [...lines, `${others} more warnings are not listed: fix the listed warnings first.`];
}
