import { partsOf, type FieldPart, type SettingPart } from './category-parts.js';
import type { PluginNames } from './plugin-names.js';

/** File contents by path in the plugin's folder, or template contents by template name. */
export type Files = ReadonlyMap<string, string>;

/** File name of each template, by template name. `*` stands for the destination type. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  'index.ts.tpl': 'index.ts',
  'dto.ts.tpl': '*.dto.ts',
  'sandbox.ts.tpl': 'sandbox.ts',
  'spec.ts.tpl': '*.spec.ts',
  'README.md.tpl': 'README.md',
  'logo.svg.tpl': 'logo.svg',
};

/**
 * Creates the contents of all files of a new plugin. Reads and writes nothing.
 * @param templates templates by the names in {@link TEMPLATES}
 * @throws Error if a template is missing or contains an unknown placeholder
 */
export function planPlugin(names: PluginNames, category: string, templates: Files): Files {
  const values = placeholderValues(names, category);
  const files = new Map<string, string>();
  for (const [template, file] of Object.entries(TEMPLATES)) {
    const text = templates.get(template);
    if (text === undefined)
      throw new Error(`The plugin template ${template} is missing. Restore it in the folder of templates.`);
    files.set(file.replace('*', names.type), fillIn(template, text, values));
  }
  for (const [eventType, preset] of Object.entries(partsOf(category).presets)) {
    files.set(`mappings/${eventType}.json`, `${JSON.stringify(preset, null, 2)}\n`);
  }
  return files;
}

function fillIn(template: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/__([A-Za-z]+)__/g, (_placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new Error(
        `The plugin template ${template} contains the unknown placeholder ${name}. Remove it, or add its value.`,
      );
    return value;
  });
}

function placeholderValues(names: PluginNames, category: string): Readonly<Record<string, string>> {
  const { description, messaging, fields, settings = [] } = partsOf(category);
  const ownSettings = settings.flatMap(({ name, options }) => ('own' in options ? [{ name, ...options }] : []));
  const shared = settings.flatMap(({ options }) => ('shared' in options ? [options.shared] : []));
  const helpers = fields.flatMap(({ madeBy }) => madeBy ?? []);
  const sent = [...fields, ...ownSettings];
  const types = [...new Set(fields.map(({ type }) => type))].filter((type) => type !== 'string');
  return {
    type: names.type,
    camel: names.camel,
    ENV: names.env,
    label: names.label,
    initial: names.label.charAt(0),
    category,
    messaging: messaging === null ? 'null' : `'${messaging}'`,
    description,
    destination: category,
    helperImports: helpers.map((name) => `, ${name}`).join(''),
    fieldImports: [...shared, ...types.map((type) => `type ${type}`)].map((name) => `, ${name}`).join(''),
    fields: fields.map(property).join('\n\n'),
    settings: settings.map((one) => `${setting(one)}\n\n`).join(''),
    request: [...fields.map(sentField), ...ownSettings.map(({ name }) => `${name}: context.settings.${name}`)]
      .map((line) => `        ${line},`)
      .join('\n'),
    required: sent.map(({ name }) => `'${name}'`).join(', '),
    properties: sent.map(({ name, schema }) => `    ${name}: ${schema},`).join('\n'),
    settingSamples: ownSettings.map(({ name, sample }) => `, ${name}: ${sample}`).join(''),
    settingsLine: ownSettings.map(({ name, sample }) => `\n    settings: { ${name}: ${sample} }`).join(''),
    sample: `{ ${fields.map(({ name, sample }) => `${name}: ${sample}`).join(', ')} }`,
    receive: receive(fields),
    messageRows: fields.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`).join('\n'),
  };
}

/** Creates the sandbox code that adds a message to the inbox. Without a text field, the inbox shows the request body. */
function receive(fields: readonly FieldPart[]): string {
  const shown = fields.filter(({ shownAs }) => shownAs !== undefined);
  const valueOf = (as: FieldPart['shownAs'], otherwise: string) => {
    const name = shown.find(({ shownAs }) => shownAs === as)?.name;
    return name === undefined ? undefined : `typeof ${name} === 'string' ? ${name} : ${otherwise}`;
  };
  const lines =
    shown.length === 0
      ? [`frame.receive({ to: null, text: request.text, externalId, status: 'queued' }, request);`]
      : [
          `const { ${shown.map(({ name }) => name).join(', ')} } = request.jsonObject() ?? {};`,
          `frame.receive(`,
          `  {`,
          `    to: ${valueOf('to', 'null') ?? 'null'},`,
          `    text: ${valueOf('text', "''") ?? 'request.text'},`,
          `    externalId,`,
          `    status: 'queued',`,
          `  },`,
          `  request,`,
          `);`,
        ];
  return lines.map((text) => `          ${text}`).join('\n');
}

function sentField({ name, madeBy }: FieldPart): string {
  return `${name}: ${madeBy === undefined ? `message.${name}` : `${madeBy}(message.${name}, context.settings)`}`;
}

function setting({ name, type, options }: SettingPart): string {
  return 'own' in options
    ? `  @Field(${options.own})\n  ${name}: ${type};`
    : `  @Field(${options.shared})\n  ${name}?: ${type};`;
}

function property({ name, type, options }: FieldPart): string {
  return `  @Field(${options})\n  ${name}: ${type};`;
}
