import type { SourceFilesSpec } from '../configuration/brand-definition.js';
import type { NewImport } from './import.js';

const DEFAULT_PER_SECOND = 500;

/** Returns the format and the rate of an import, from the settings of its source. */
export function importSettings(
  files: SourceFilesSpec | undefined,
  asked: Partial<Pick<SourceFilesSpec, 'format' | 'delimiter' | 'encoding' | 'perSecond'>> = {},
): Pick<NewImport, 'format' | 'perSecond'> {
  return {
    format: {
      format: asked.format ?? files?.format ?? 'ndjson',
      delimiter: asked.delimiter ?? files?.delimiter ?? ',',
      encoding: asked.encoding ?? files?.encoding ?? 'utf-8',
    },
    perSecond: asked.perSecond ?? files?.perSecond ?? DEFAULT_PER_SECOND,
  };
}
