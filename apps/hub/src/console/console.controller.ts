import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HUB_OPTIONS, type HubOptions } from '../context/hub-options.js';
import { ProblemError } from '../http/problem.js';
import { CONSOLE_DIRECTORY, readConsoleFiles, type ConsoleFile, type ConsoleFiles } from './console-files.js';
import { codedBody } from './content-coding.js';
import { NOT_BUILT_PAGE } from './not-built-page.js';
import { consoleHeaders, styleNonce } from './security-headers.js';

const HTML = 'text/html; charset=utf-8';

/** Serves the console at `/console`. Its scripts choose the page by the path, so every page is `index.html`. */
@ApiExcludeController()
@Controller('console')
export class ConsoleController {
  private readonly console: ConsoleFiles | null;

  constructor(@Inject(HUB_OPTIONS) { consoleDirectory }: Pick<HubOptions, 'consoleDirectory'>) {
    this.console = readConsoleFiles(consoleDirectory ?? CONSOLE_DIRECTORY);
  }

  @Get(['', '*'])
  read(@Req() { url, headers }: FastifyRequest, @Res() reply: FastifyReply): void {
    if (this.console === null) {
      void reply.status(503).headers({ ...consoleHeaders(), 'cache-control': 'no-store' });
      void reply.type(HTML).send(NOT_BUILT_PAGE);
      return;
    }
    const path = url.replace(/[?#].*$/s, '').slice('/console/'.length);
    const file = this.console.files.get(path);
    if (file !== undefined) sendFile(reply, file, headers['accept-encoding']);
    else if (path === '' || /\btext\/html\b/.test(headers.accept ?? '')) sendPage(reply, this.console.index);
    else
      throw new ProblemError(
        404,
        'The console has no such file. It was probably rebuilt: reload the page, and restart the hub after a build.',
      );
  }
}

function sendFile(reply: FastifyReply, file: ConsoleFile, acceptEncoding: string | undefined): void {
  const { body, coding } = codedBody(file, acceptEncoding);
  void reply.headers({
    ...consoleHeaders(),
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  });
  if (coding !== null) void reply.header('content-encoding', coding);
  void reply.type(file.type).send(body);
}

function sendPage(reply: FastifyReply, index: readonly string[]): void {
  const nonce = styleNonce();
  void reply
    .headers({ ...consoleHeaders(nonce), 'cache-control': 'no-store' })
    .type(HTML)
    .send(index.join(nonce));
}
