import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** `/openapi.json` and, for people, `/docs`. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const document = new DocumentBuilder()
    .setTitle('Patchbay')
    .setDescription('Loyalty events in, the right messages out.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The admin key' }, 'admin')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Patchbay API',
  });
}
