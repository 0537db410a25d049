export { startSandboxHub, type SandboxHub } from './start-sandbox-hub.js';
