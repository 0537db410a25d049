/** Measures how many messages per second one core renders from the benchmark's mapping of twelve template strings. */
import { renderMessage } from '../workload/delivery.mjs';
import { cpuMicrosecondsOf } from './cpu-time.mjs';

process.send(1_000_000 / (await cpuMicrosecondsOf(renderMessage)));
process.disconnect();
