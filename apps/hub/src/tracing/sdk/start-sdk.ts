import { randomUUID } from 'node:crypto';
import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { HubEnvironment, TracingSettings } from '@patchbay/config';
import type { Logger } from 'pino';
import type { Tracing } from '../hub-traces.js';
import { OtelTraces } from './otel-traces.js';
import { createSampler } from './sampler.js';
import { Spans } from './spans.js';

/** Longest wait for the last spans, in milliseconds. The shutdown of a process must not depend on the collector. */
const SHUTDOWN_LIMIT_MS = 2_000;

/**
 * Starts OpenTelemetry. Its libraries read the headers, the time limits, the batches and the resource attributes from the
 * standard variables `OTEL_…` of the process.
 */
export async function startSdk(
  settings: TracingSettings,
  role: HubEnvironment['role'],
  logger: Logger,
): Promise<Tracing> {
  diag.setLogger(diagnosticsLog(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'patchbay',
      'service.instance.id': randomUUID(),
      'patchbay.role': role,
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: createSampler(settings),
    spanProcessors: [new BatchSpanProcessor(await createExporter(settings))],
  });
  logger.info({ protocol: settings.protocol, sampler: settings.sampler }, 'tracing started');
  return {
    traces: (namesOf, clock) => new OtelTraces(new Spans(provider.getTracer('patchbay'), clock), namesOf),
    shutdown: () => withinLimit(provider.shutdown(), logger),
  };
}

/** Resolves when the last spans are sent, when sending them failed, or after the limit. Never rejects. */
async function withinLimit(shutdown: Promise<void>, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.warn('the last spans were not sent in time, and are lost');
      resolve();
    }, SHUTDOWN_LIMIT_MS);
  });
  const sent = shutdown.catch((error: unknown) => logger.warn({ err: error }, 'sending the last spans failed'));
  await Promise.race([sent, limit]).finally(() => clearTimeout(timer));
}

/** Creates the exporter, and loads only its own library. */
async function createExporter({ endpoint, protocol }: TracingSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: endpoint });
}

/** Log of problems in the libraries, such as an endpoint that does not answer. The spans are then lost. */
function diagnosticsLog(logger: Logger): DiagLogger {
  const warn = (message: string): void => logger.warn({ details: message.slice(0, 1_000) }, 'tracing has a problem');
  const ignore = (): void => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
