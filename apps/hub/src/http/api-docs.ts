import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeDocument } from './describe-document.js';
import { hubVersion } from './hub-version.js';
import { tidyDocument } from './tidy-document.js';

/** Serves the OpenAPI document at `/openapi.json` and its web page at `/docs`. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => apiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Patchbay API',
  });
}

/** Creates the OpenAPI document of the hub's routes. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle('Patchbay')
    .setDescription('Loyalty events in, the right messages out.')
    .setVersion(hubVersion())
    .addServer('/', 'This hub')
    .addSecurity('admin', {
      type: 'http',
      scheme: 'bearer',
      description: 'API key: `pbk_` and 43 characters. POST /v1/keys creates one and shows it once.',
    })
    .build();
  const created = SwaggerModule.createDocument(app, document, { operationIdFactory: operationIdOf });
  return describeDocument(tidyDocument(created));
}

/**
 * Returns the id of an operation: method and noun of its controller, as in `createSubscription` and `listEvents`. A
 * method whose name has several words is the id itself. A route whose id would be wrong declares its own.
 */
export function operationIdOf(controller: string, method: string): string {
  const nouns = controller.replace(/(Writing|Actions|Interventions)?Controller$/, '');
  if (/[A-Z]/.test(method) || nouns.toLowerCase() === method) return method;
  return method + (method === 'list' ? nouns : singular(nouns));
}

function singular(nouns: string): string {
  return nouns.endsWith('ies') ? `${nouns.slice(0, -3)}y` : nouns.replace(/(?<!s)s$/, '');
}
