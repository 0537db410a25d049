import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../machine/children.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts the load generator and the sink as separate processes for the whole benchmark. */
export async function startLoad(folder) {
  const sink = Child.node('the sink', [script('sink.mjs')], { log: join(folder, 'sink.log') });
  const { port, counterPort } = await sink.ready();
  const startGenerator = async (name) => {
    const child = Child.node(`the load generator ${name}`, [script('generator.mjs')], {
      log: join(folder, `generator-${name}.log`),
    });
    await child.ready();
    await child.ask({ command: 'follow', counterPort });
    return {
      pid: child.pid,
      ask: (command, options = {}) => child.ask({ command, ...options }),
      end: () => child.end(),
    };
  };
  return {
    sink: { url: `http://127.0.0.1:${port}`, pid: sink.pid, ask: (question) => sink.ask(question) },
    generator: await startGenerator('of all sources'),
    startGenerator,
  };
}
