import { runHub } from './boot/run-hub.js';

await runHub();
