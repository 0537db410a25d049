import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the OpenAPI document at `/openapi.json` and its web page at `/docs`. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const document = new DocumentBuilder()
    .setTitle('Patchbay')
    .setDescription('Loyalty events in, the right messages out.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'API key of the hub' }, 'admin')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Patchbay API',
  });
}
