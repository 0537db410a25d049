import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { rawBodyOf } from '../http/http-server.js';
import { RequiresKey } from '../http/key-route.js';
import { ProblemError } from '../http/problem.js';
import { CurrentCaller } from '../http/request-caller.js';
import { AcceptsForm, RequiresRole, ScopedToCaller } from '../http/roles.decorator.js';
import { MAIL_FRAME_HEADERS } from './security-headers.js';

const MAX_MAIL_BYTES = 1024 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Controller that returns a posted e-mail as a page of its own, which the console shows in a frame. A document inside
 * the console would inherit the console's policy, which blocks the styles of an e-mail.
 */
@ApiExcludeController()
@Controller('console/mail-frame')
@RequiresKey()
@RequiresRole('viewer')
@ScopedToCaller(true)
@AcceptsForm(true)
export class MailFrameController {
  @Post()
  @HttpCode(200)
  show(@CurrentCaller() caller: Caller, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (caller.session === null)
      throw new ProblemError(403, 'Only the console shows e-mails in a frame. Send the cookie of the console.');
    void reply.headers(MAIL_FRAME_HEADERS).type('text/html; charset=utf-8').send(mailIn(request));
  }
}

function mailIn(request: FastifyRequest): string {
  if (!FORM_TYPE.test(request.headers['content-type'] ?? ''))
    throw new ProblemError(415, 'The body is not a form. Send it as `application/x-www-form-urlencoded`.');
  const form = new URLSearchParams(Buffer.from(rawBodyOf(request)).toString('utf8'));
  const html = form.get('html');
  if (html === null || form.size !== 1)
    throw new ProblemError(400, 'The form needs exactly one field. Send the e-mail in the field html.', [
      { field: 'html', detail: 'must be the only field' },
    ]);
  if (Buffer.byteLength(html) > MAX_MAIL_BYTES)
    throw new ProblemError(413, 'The e-mail is larger than 1 MiB. Shorten it.');
  return html;
}
