export { contextOver, type ContextParts } from './context-over.js';
export { describeDestination, type DestinationUnderTest } from './describe-destination.js';
export { PluginBench, type TryOptions } from './plugin-bench.js';
