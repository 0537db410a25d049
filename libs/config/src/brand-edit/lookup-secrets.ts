import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import { formatField, valueAt, type FieldPath } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';

/** Matches a text that consists of one template output. The text refers to a value, so it contains no secret itself. */
const OUTPUT = /^\s*\{\{[^{}]*\}\}\s*$/;

/** External system that the hub queries for a brand. */
export interface Lookup {
  readonly at: FieldPath;
  /** Path of the URL in the content of the brand. */
  readonly address: FieldPath;
  /** Paths of possible secrets: all headers and the literal values of the body. */
  readonly secrets: readonly FieldPath[];
}

/** Lists the external systems in the content of a brand. */
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

function capillary({ enrichment, platform }: BrandFileContent): Lookup[] {
  const accesses = [
    // The access of the platform is listed once, because the enrichment does not repeat it.
    ...(enrichment?.capillary?.baseUrl === undefined
      ? []
      : [{ at: ['enrichment', 'capillary'], access: enrichment.capillary }]),
    ...(platform === undefined ? [] : [{ at: ['platform', 'capillary'], access: platform.capillary }]),
  ];
  return accesses.map(({ at, access }) => ({
    at,
    address: [...at, 'baseUrl'],
    secrets: Object.entries(access).flatMap(([field, value]) =>
      ['key', 'secret', 'password'].includes(field) ? findSecrets(value, [...at, field]) : [],
    ),
  }));
}

/**
 * Returns a replacement text for every possible secret of the lookups, by field. Literal values in the query of a URL
 * count as secrets.
 * @param hide returns the replacement for a path
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

/** Matches a query parameter `name=value` of a URL. Template outputs are part of the value. */
const PARAMETER = /([?&])([^=&#{}]+)=((?:\{\{[^]*?\}\}|[^&#])+)/g;

function withoutQueryValues(url: string, hide: (name: string) => string): string {
  return url.replace(PARAMETER, (parameter: string, sign: string, name: string, value: string) =>
    OUTPUT.test(value) ? parameter : `${sign}${name}=${hide(name)}`,
  );
}
