import { TRACE_PROTOCOLS, TRACE_SAMPLERS, type TracingSettings } from './hub-environment.js';
import { checkChoice, checkRatio, checkTraceEndpoint } from './variable-checks.js';
import type { VariableReader } from './variable-reader.js';

/**
 * Reads the standard variables of OpenTelemetry that the hub itself needs. Undefined if tracing is off: if no endpoint is
 * set, or if a variable turns tracing off.
 */
export function readTracing(reader: VariableReader): TracingSettings | undefined {
  const ofTraces = reader.read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', checkTraceEndpoint);
  const ofAll = reader.read('OTEL_EXPORTER_OTLP_ENDPOINT', checkTraceEndpoint);
  const endpoint = ofTraces ?? (ofAll === undefined ? undefined : `${ofAll.replace(/\/+$/, '')}/v1/traces`);
  const isDisabled = reader.read('OTEL_SDK_DISABLED', (text) => ({ value: text.toLowerCase() === 'true' })) ?? false;
  if (endpoint === undefined || isDisabled) return undefined;
  if (reader.read('OTEL_TRACES_EXPORTER', checkChoice(['otlp', 'none'])) === 'none') return undefined;
  const protocol =
    reader.read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', checkChoice(TRACE_PROTOCOLS)) ??
    reader.read('OTEL_EXPORTER_OTLP_PROTOCOL', checkChoice(TRACE_PROTOCOLS));
  return {
    endpoint,
    protocol: protocol ?? 'http/protobuf',
    sampler: reader.read('OTEL_TRACES_SAMPLER', checkChoice(TRACE_SAMPLERS)) ?? 'parentbased_always_on',
    ratio: reader.read('OTEL_TRACES_SAMPLER_ARG', checkRatio) ?? 1,
  };
}
