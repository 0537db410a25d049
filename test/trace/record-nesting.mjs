import { AsyncLocalStorage } from 'node:async_hooks';
import { register } from 'node:module';

/** The chain of calls around the running code: `{ name, depth, outer, root }`. */
const calls = new AsyncLocalStorage();
const byEvent = [];
let isRecording = false;
let deepest = new Map();

/** Set while an event is processed. Calls that began before the event do not count as outer frames. */
globalThis.recordNesting = (on) => {
  isRecording = on;
  if (!on) byEvent.push(deepest);
  deepest = new Map();
};

/**
 * Returns the longest chain of calls below each outermost function that ran for every event, outermost call first.
 * Node.js, a package or a timer calls an outermost function. If several events have chains of different lengths, the
 * shortest chain counts.
 */
globalThis.longestChains = () => {
  const [first, ...others] = byEvent;
  return [...first.keys()]
    .filter((root) => others.every((event) => event.has(root)))
    .map((root) => byEvent.map((event) => event.get(root)).reduce((a, b) => (a.depth <= b.depth ? a : b)))
    .map(chainOf);
};

/** Wraps the body of each function; see `nest-calls.mjs`. */
globalThis.nestCall = (name, body) => {
  if (!isRecording) return body();
  const outer = calls.getStore();
  const call = { name, depth: (outer?.depth ?? 0) + 1, outer, root: outer?.root ?? name };
  if (call.depth > (deepest.get(call.root)?.depth ?? 0)) deepest.set(call.root, call);
  return calls.run(call, body);
};

// The callback of a timer is not nested in the call that set the timer.
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
  const set = globalThis[name];
  globalThis[name] = Object.assign((...args) => calls.exit(() => set(...args)), set);
}

function chainOf(call) {
  return call === undefined ? [] : [...chainOf(call.outer), call.name];
}

register('./nest-calls.mjs', import.meta.url);
