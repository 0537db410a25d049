import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../machine/children.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts the load generator and the sink as separate processes for the whole benchmark. */
export async function startLoad(folder) {
  const sink = Child.node('the sink', [script('sink.mjs')], { log: join(folder, 'sink.log') });
  const { port, counterPort } = await sink.ready();
  const generator = Child.node('the load generator', [script('generator.mjs')], { log: join(folder, 'generator.log') });
  await generator.ready();
  await generator.ask({ command: 'follow', counterPort });
  return {
    sinkUrl: `http://127.0.0.1:${port}`,
    sinkPid: sink.pid,
    generatorPid: generator.pid,
    sink: (question) => sink.ask(question),
    generator: (command, options = {}) => generator.ask({ command, ...options }),
  };
}
