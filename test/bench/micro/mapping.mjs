/** Messages a second on one core: the mapping of the benchmark, twelve template strings, as the hub compiles and renders it. */
import { renderMessage } from '../workload/delivery.mjs';
import { cpuMicrosecondsOf } from './cpu-time.mjs';

process.send(1_000_000 / (await cpuMicrosecondsOf(renderMessage)));
process.disconnect();
