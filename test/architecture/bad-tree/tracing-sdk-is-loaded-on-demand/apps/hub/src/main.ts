import { startSdk } from './tracing/sdk/start-sdk.js';

export const used = startSdk;
