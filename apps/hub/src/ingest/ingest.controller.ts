import { pipeline } from 'node:stream';
import { Controller, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  GENERATED_HEADER,
  IngestEvents,
  LiveConfiguration,
  presentedKey,
  type AdmittedHead,
  type IngestAdmission,
  type IngestAnswer,
  type KeyUses,
  type SourceAuth,
  type SourceAuthenticator,
} from '@patchbay/core';
import { authenticateSource } from '@patchbay/sources';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER_SECONDS, problem, ProblemError } from '../http/problem.js';
import {
  CountedBody,
  declaredBytes,
  INGEST_URL,
  pathParameterOf,
  plainHeaders,
  rawBodyOf,
} from '../http/http-server.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import type { HubTraces, IngestCallTrace } from '../tracing/hub-traces.js';
import { TRACES } from '../tracing/tracing.module.js';
import { ApiIngest } from './ingest-answer.dto.js';

const OVERLOADED =
  'The call was refused, because too many events of this source or of all sources wait to be stored, or the ' +
  'database is unavailable. Nothing of this call was stored. Send it again after Retry-After.';

/** An admitted ingest call. Its headers have one string per name. */
interface AdmittedCall extends AdmittedHead {
  readonly brand: string;
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
}

const admittedCalls = new WeakMap<FastifyRequest, AdmittedCall>();

/**
 * Makes every ingest call reserve the bytes of its body before they are read. The number of bytes is the
 * Content-Length, or is counted chunk by chunk.
 * @param onRefused called for each call that got a 429
 */
export function admitIngestCalls(fastify: FastifyInstance, admission: IngestAdmission, onRefused: () => void): void {
  const refuse = (): ProblemError => {
    onRefused();
    return new ProblemError(429, OVERLOADED, undefined, { 'retry-after': RETRY_AFTER_SECONDS });
  };
  fastify.addHook('onRoute', (route) => {
    if (route.url !== INGEST_URL) return;
    route.preParsing = (request, reply, payload, done) => {
      const brand = pathParameterOf(request, 'brand');
      const source = pathParameterOf(request, 'source');
      const headers = plainHeaders(request.headers);
      const bytes = declaredBytes(request);
      const head = admission.admit({ brand, source, headers }, bytes ?? 0);
      if (head === null) return done(refuse());
      admittedCalls.set(request, { brand, source, headers, ...head });
      // If a client disconnects before its body is complete, the controller is never called, so this hook releases the
      // body.
      reply.raw.once('close', () => {
        if (admittedCalls.delete(request)) head.body.release();
      });
      if (bytes !== null) return done(null, payload);
      const counted = new CountedBody(head.body, refuse);
      pipeline(payload, counted, () => undefined);
      done(null, counted);
    };
  });
}

/**
 * Creates the function that authenticates callers of sources. It accepts the source's own secrets, and API keys of role
 * `ingest` that cover the source's brand.
 */
export function sourceAuthenticator(uses: Pick<KeyUses, 'record'>): SourceAuthenticator {
  return ({ auth, generatedSecrets, keys = [] }, request, now) => {
    if (authenticateSource(withGenerated(auth, generatedSecrets), request, now)) return true;
    const key = presentedKey(keys, request.headers['authorization'], now);
    if (key === undefined) return false;
    uses.record(key.id, now);
    return true;
  };
}

/** Adds the generated secrets of a source to its credentials. Without a secret, nothing authenticates the source. */
function withGenerated(auth: SourceAuth, secrets: readonly string[] = []): SourceAuth {
  if (auth.generated !== true) return auth;
  return { ...auth, headers: { ...auth.headers, [GENERATED_HEADER]: secrets } };
}

/** Ingest endpoint, to which loyalty platforms post events. An authenticated source only gets 202, 413 or 429. */
@ApiTags('ingest')
@Controller('v1/ingest')
export class IngestController {
  constructor(
    private readonly ingestEvents: IngestEvents,
    private readonly metrics: HubMetrics,
    private readonly configuration: LiveConfiguration,
    @Inject(TRACES) private readonly traces: HubTraces | null,
  ) {}

  /** Stores one event or an array of events. */
  @Post(':brand/:source')
  @HttpCode(202)
  @ApiIngest('ingestEvents', 'Send events to a source')
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const call = admittedCalls.get(request);
    if (call === undefined)
      throw new Error(
        'A handler read the body of an ingest call that was not admitted. Register the ingest hooks for its route.',
      );
    // The `finally` of this method releases the body, so the hook for disconnected clients must not release it too.
    admittedCalls.delete(request);
    const begunAt = performance.now();
    try {
      const trace = this.traces === null ? undefined : beginTrace(this.traces, request, call);
      const answer = await this.ingestEvents.ingest({ rawBody: rawBodyOf(request), trace, ...call });
      const durationMs = performance.now() - begunAt;
      this.metrics.ingest({ adapter: this.adapterOf(call), durationMs, ...call }, answer);
      trace?.end(answer.kind);
      if (answer.kind === 'stored') void reply.status(202).send({ events: answer.events });
      else sendRefusal(reply, answer);
    } finally {
      call.body.release();
    }
  }

  /** Returns the adapter of the source of a call. Undefined if the source does not exist. */
  private adapterOf({ brand, source, provenBy }: AdmittedCall): string | undefined {
    return (provenBy ?? this.configuration.brandNamedIfLoaded(brand)?.openSource(source))?.adapter.name;
  }

  /** Handles PUT like POST, because some platforms can only send PUT. */
  @Put(':brand/:source')
  @HttpCode(202)
  @ApiIngest('putEvents', 'Send events to a source (same as POST)')
  put(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.post(request, reply);
  }
}

function beginTrace(
  traces: HubTraces,
  { method, protocol: scheme }: FastifyRequest,
  { brand, source, headers }: AdmittedCall,
): IngestCallTrace {
  return traces.beginIngest({ method, scheme, brand, source, traceparent: headers['traceparent'] });
}

function sendRefusal(reply: FastifyReply, answer: Exclude<IngestAnswer, { kind: 'stored' }>): void {
  switch (answer.kind) {
    case 'unauthorised':
      sendProblem(
        reply,
        401,
        'The credentials are missing or wrong, or the brand or source does not exist. Check the URL and the ' +
          'credentials of the source.',
      );
      return;
    case 'tooLarge':
      sendProblem(reply, 413, answer.message);
      return;
    case 'busy':
      void reply.header('retry-after', String(answer.retryAfterSeconds));
      sendProblem(reply, 429, OVERLOADED);
      return;
  }
}

function sendProblem(reply: FastifyReply, status: number, detail: string): void {
  void reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problem(status, detail)));
}
