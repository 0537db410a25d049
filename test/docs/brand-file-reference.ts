import { brandFileSchema } from '@patchbay/config';
import { cell, code, table } from './markdown.js';

/** Part of a JSON Schema with the keywords that the schema of brand files uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly explain?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Sections of the page: first part of the path, heading, and where the fields are explained. */
const SECTIONS: Readonly<Record<string, readonly [heading: string, text: string]>> = {
  brand: ['Brand', 'See [Privacy](privacy.md) for `privacy`. `retention` is the time after which events are deleted.'],
  recipients: ['Recipients', 'See [Recipients, consent and enrichment](recipients.md).'],
  enrichment: ['Enrichment', 'See [Enrichment](recipients.md#enrichment).'],
  platform: ['Platform', 'See [Capillary](capillary.md).'],
  messaging: ['Messaging', 'See [Messaging rules](messaging.md).'],
  sources: [
    'Sources',
    'See [Files as a source](files.md) for `files`, and [Messaging rules](messaging.md) for `customer`.',
  ],
  destinations: ['Destinations', 'The page of each [connector](connectors.md) lists its `credentials` and `settings`.'],
  subscriptions: ['Subscriptions', 'See [Mappings and filters](mapping.md) and [Messaging rules](messaging.md).'],
};
const TOP = 'brand';

interface Field {
  readonly path: string;
  readonly required: boolean;
  readonly values: string;
}

/** Returns the tables of all fields of a brand file, a section per part of the file. */
export function brandFileReference(): string {
  const fields = fieldsOf(brandFileSchema, '', false);
  const section = ({ path }: Field): string => {
    const [top = ''] = path.split(/[.[]/);
    return Object.hasOwn(SECTIONS, top) ? top : TOP;
  };
  return Object.entries(SECTIONS)
    .flatMap(([name, [heading, text]]) => [
      `### ${heading}`,
      '',
      text,
      '',
      ...table(
        ['field', 'values'],
        fields
          .filter((field) => section(field) === name)
          .map(({ path, required, values }) => [code(path), required ? `${values}; required` : values]),
      ),
      '',
    ])
    .join('\n');
}

function fieldsOf(schema: Schema, path: string, required: boolean): readonly Field[] {
  if (schema.then !== undefined && schema.else !== undefined) {
    return [...fieldsOf(schema.then, path, required), ...fieldsOf(schema.else, path, required).slice(1)];
  }
  const below = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      fieldsOf(child, path === '' ? name : `${path}.${name}`, schema.required?.includes(name) ?? false),
    ),
    ...(typeof schema.additionalProperties === 'object'
      ? fieldsOf(schema.additionalProperties, `${path}.<name>`, false)
      : []),
    ...(schema.items?.properties === undefined ? [] : fieldsOf(schema.items, `${path}[]`, false).slice(1)),
  ];
  if (path === '') return below;
  // A container whose fields follow needs no row of its own.
  return [{ path, required, values: cell(valuesOf(schema)) }, ...below];
}

function valuesOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.explain !== undefined) return schema.explain.replace(/^(has to be|invalid name: use) /, '');
  const types = [schema.type ?? 'any'].flat().map((type) => (type === 'object' ? 'mapping' : type));
  const type = types.join(' or ');
  if (type === 'array')
    return `list${range(schema.minItems, schema.maxItems, ' entries')} of ${valuesOf(schema.items ?? {})}`;
  if (type === 'string') return `text${range(undefined, schema.maxLength, ' characters')}`;
  const least = schema.minimum ?? schema.exclusiveMinimum;
  const above = schema.exclusiveMinimum === undefined ? '' : ' (excluded)';
  if (least === undefined && schema.maximum === undefined) return type;
  const most = schema.maximum === undefined ? '' : ` to ${count(schema.maximum)}`;
  return `${type} from ${String(least)}${above}${most}`;
}

const count = (value: number | undefined): string => value?.toLocaleString('en') ?? '';

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (most === undefined) return '';
  return least === undefined || least < 2
    ? ` (at most ${count(most)}${unit})`
    : ` (${count(least)} to ${count(most)}${unit})`;
}
