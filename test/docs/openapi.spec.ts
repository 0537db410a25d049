import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

type Content = Readonly<Record<string, { readonly schema?: object }>>;

interface Described {
  readonly description?: string;
  readonly content?: Content;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly (Described & { readonly name: string; readonly schema?: object })[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
  readonly security?: readonly unknown[];
}

const snapshot = new URL('../../docs/openapi.json', import.meta.url);
const { paths } = JSON.parse(readFileSync(snapshot, 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);

/** Returns the parts of an operation that lack something, with what they lack. */
function gaps({ operationId, summary, parameters = [], requestBody, responses, security }: Operation): string[] {
  const isErrorOf = ([status]: [string, Described]): boolean => /^[45]/.test(status);
  const errors = Object.entries(responses).filter(isErrorOf);
  const bodies = Object.entries(responses).filter(([status]) => status !== '204' && status.startsWith('2'));
  return [
    ...(/^[a-z]+([A-Z][a-z]+)*$/.test(operationId ?? '') ? [] : ['operationId']),
    ...(summary ? [] : ['summary']),
    ...parameters.filter(({ description, schema }) => !description || !schema).map(({ name }) => `parameter ${name}`),
    ...(requestBody === undefined || hasSchemas(requestBody) ? [] : ['schema of the body']),
    ...Object.entries(responses).flatMap(([status, { description }]) =>
      description ? [] : [`description of ${status}`],
    ),
    ...bodies.flatMap(([status, response]) => (hasSchemas(response) ? [] : [`schema of ${status}`])),
    ...(Object.keys(responses).some((status) => /^[23]/.test(status)) ? [] : ['response of a success']),
    ...errors.flatMap(([status, { content = {} }]) =>
      content['application/problem+json']?.schema === undefined ? [`problem+json of ${status}`] : [],
    ),
    ...(security === undefined ? [] : ['401', '403', '429', '503'].filter((status) => !(status in responses))),
  ];
}

function hasSchemas({ content = {} }: Described): boolean {
  const types = Object.values(content);
  return types.length > 0 && types.every(({ schema }) => schema !== undefined);
}

describe('docs/openapi.json', () => {
  it.each(operations)('describes %s completely', (_call, operation) => {
    expect(gaps(operation)).toEqual([]);
  });

  it('has a unique id for each operation', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(100);
  });

  it('detects what an operation lacks', () => {
    const bare = {
      parameters: [{ name: 'id', schema: {} }],
      requestBody: {},
      responses: { 200: {}, 404: {} },
      security: [],
    };
    expect(gaps(bare)).toEqual([
      'operationId',
      'summary',
      'parameter id',
      'schema of the body',
      'description of 200',
      'description of 404',
      'schema of 200',
      'problem+json of 404',
      '401',
      '403',
      '429',
      '503',
    ]);
  });
});
