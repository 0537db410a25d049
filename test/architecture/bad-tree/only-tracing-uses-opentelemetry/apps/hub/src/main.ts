import { trace } from '@opentelemetry/api';

export const used = trace;
