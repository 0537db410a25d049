import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import { formatField, valueAt, type FieldPath } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';

/** One output of a template and nothing else: it says where a value comes from, and holds none. */
const OUTPUT = /^\s*\{\{[^{}]*\}\}\s*$/;

/** One of the brand's own systems that the hub asks. */
export interface Lookup {
  readonly at: FieldPath;
  /** Where its address stands. */
  readonly address: FieldPath;
  /** What could be a secret: all headers, and what a body says by itself. A file may take any of it from a reference. */
  readonly secrets: readonly FieldPath[];
}

/** The systems that a brand's content says are asked. */
export function lookupsIn(content: BrandFileContent): readonly Lookup[] {
  const http = Object.keys(content.enrichment?.http ?? {}).map((name) => ['enrichment', 'http', name]);
  const calls = [...(content.recipients?.resolver === undefined ? [] : [['recipients', 'resolver']]), ...http];
  return [
    ...calls.map((at) => ({ at, address: [...at, 'url'], secrets: [...headers(content, at), ...body(content, at)] })),
    ...capillary(content),
  ];
}

function headers(content: BrandFileContent, at: FieldPath): FieldPath[] {
  const path = [...at, 'headers'];
  return findSecrets(valueAt(content, path), path);
}

function body(content: BrandFileContent, at: FieldPath): FieldPath[] {
  const path = [...at, 'body'];
  return findSecrets(valueAt(content, path), path).filter((leaf) => !OUTPUT.test(String(valueAt(content, leaf))));
}

function capillary({ enrichment }: BrandFileContent): Lookup[] {
  if (enrichment?.capillary === undefined) return [];
  const at = ['enrichment', 'capillary'];
  const secrets = (['key', 'secret', 'password'] as const).flatMap((field) =>
    findSecrets(enrichment.capillary?.[field], [...at, field]),
  );
  return [{ at, address: [...at, 'baseUrl'], secrets }];
}

/**
 * What the lookups would say with every possible secret hidden, by the field it stands at: what a query says by itself
 * is one too.
 * @param hide what is to stand there instead
 */
export function hiddenLookups(
  content: BrandFileContent,
  hide: (path: FieldPath) => string,
): ReadonlyMap<string, string> {
  return new Map(
    lookupsIn(content).flatMap(({ address, secrets }): [string, string][] => {
      const url = String(valueAt(content, address));
      return [
        [formatField(address), withoutQueryValues(url, (name) => hide([...address, name]))],
        ...secrets.map((path): [string, string] => [formatField(path), hide(path)]),
      ];
    }),
  );
}

/** `name=value` in a query, outputs with whatever they hold being part of the value. */
const PARAMETER = /([?&])([^=&#{}]+)=((?:\{\{[^]*?\}\}|[^&#])+)/g;

function withoutQueryValues(url: string, hide: (name: string) => string): string {
  return url.replace(PARAMETER, (parameter: string, sign: string, name: string, value: string) =>
    OUTPUT.test(value) ? parameter : `${sign}${name}=${hide(name)}`,
  );
}
