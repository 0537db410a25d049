import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Descriptions of path parameters whose meaning does not depend on the path. */
const PARAMETERS: Readonly<Record<string, string>> = {
  brand: 'Name of the brand.',
  source: 'Name of the source.',
  lookup: 'Name of the lookup, as the list of lookups shows it.',
  type: 'Destination type.',
  field: 'Name of the field.',
  version: 'Number of the version, starting at 1.',
  customerId: 'Id of the customer in the events.',
};

const SUCCESSES: Readonly<Record<string, string>> = {
  200: 'The request succeeded',
  201: 'The object was created',
  202: 'The request was accepted',
  204: 'The request succeeded; the response has no body',
};

/**
 * Adds descriptions to path parameters and successful responses that have none. They follow from the path and the
 * status, so that no controller has to repeat them.
 * @throws Error if a path parameter has an unknown name
 */
export function describeDocument(document: OpenAPIObject): OpenAPIObject {
  const paths: OpenAPIObject['paths'] = {};
  for (const [path, item] of Object.entries(document.paths)) {
    const described = { ...item };
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) described[method] = describeOperation(path, operation);
    }
    paths[path] = described;
  }
  return { ...document, paths };
}

function describeOperation(path: string, operation: Operation): Operation {
  const parameters = operation.parameters?.map((parameter) =>
    '$ref' in parameter || parameter.in !== 'path' || parameter.description !== undefined
      ? parameter
      : { ...parameter, description: descriptionOf(path, parameter.name) },
  );
  const responses = { ...operation.responses };
  for (const [status, response] of Object.entries(responses)) {
    const description = SUCCESSES[status];
    if (response === undefined || '$ref' in response || response.description !== '' || description === undefined)
      continue;
    responses[status] = { ...response, description };
  }
  return { ...operation, ...(parameters === undefined ? {} : { parameters }), responses };
}

/** Describes `name` and `id` by the segment before them: `Id of the delivery.` */
function descriptionOf(path: string, name: string): string {
  const known = PARAMETERS[name];
  if (known !== undefined) return known;
  const collection = new RegExp(`([^/]+)/\\{${name}\\}`).exec(path)?.[1];
  if (collection === undefined || (name !== 'id' && name !== 'name'))
    throw new Error(`The parameter ${name} of ${path} has no description. Add it to describe-document.ts.`);
  const noun = collection.replaceAll('-', ' ').replace(/ies$/, 'y').replace(/s$/, '');
  return `${name === 'id' ? 'Id' : 'Name'} of the ${noun}.`;
}
