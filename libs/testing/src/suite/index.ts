export { describeDestination, type DestinationUnderTest } from './describe-destination.js';
export { PluginBench, type TryOptions } from './plugin-bench.js';
