import { ROW_ROOTS, type FilePlaceSpec, type SourceSpec } from '@patchbay/core';
import { parseField, type FieldPath } from '../field-path.js';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';

/** Adapter whose events come from files. */
const FILE_ADAPTER = 'file';

/** Checks the credentials of a source, and the files from which it takes events. */
export function checkFiles(
  brand: string,
  { name, adapter, auth, files }: SourceSpec,
  checks: BrandChecks,
  list: ProblemList,
): void {
  const at = ['sources', name];
  const isFileSource = adapter === FILE_ADAPTER;
  // A source of files may have no senders.
  if (!isFileSource && Object.keys(auth).length === 0) list.add([...at, 'auth'], 'is missing: add it');
  const { format, delimiter, encoding, event, from } = files ?? {};
  if (from !== undefined) checkPlace(brand, from, [...at, 'files', 'from'], list);
  if (isFileSource && event === undefined) {
    const message =
      'the adapter file needs files.event, the template of an event: add at least format and event: { type: … }';
    list.add(files === undefined ? at : [...at, 'files'], message);
    return;
  }
  const fields = { delimiter, encoding };
  for (const field of ['delimiter', 'encoding'] as const) {
    if (format !== 'ndjson' || fields[field] === undefined) continue;
    list.add([...at, 'files', field], 'has no effect, because only CSV files have it: remove it');
  }
  if (event === undefined) return;
  const path = [...at, 'files', 'event'];
  if (isFileSource && event['type'] === undefined) list.add([...path, 'type'], 'is missing: add it');
  const compiled = checks.compile({ kind: 'template', source: event, roots: ROW_ROOTS });
  if (!compiled.ok) list.add([...path, ...parseField(compiled.problem.path)], compiled.problem.reason);
}

function checkPlace(brand: string, { folder, s3, sftp }: FilePlaceSpec, at: FieldPath, list: ProblemList): void {
  const given = [folder, s3, sftp].filter((place) => place !== undefined).length;
  if (given !== 1) list.add(at, 'has to have exactly one of folder, s3 and sftp: keep one');
  // A key of one brand may apply its brand file, and must not read the files of other brands.
  if (folder !== undefined && folder !== brand && !folder.startsWith(`${brand}/`)) {
    list.add([...at, 'folder'], `has to begin with the name of the brand: use ${brand}/…`);
  }
  if (sftp !== undefined && (sftp.password === undefined) === (sftp.privateKey === undefined)) {
    list.add([...at, 'sftp'], 'has to have exactly one of password and privateKey: keep one');
  }
}
