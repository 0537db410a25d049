import { AsyncLocalStorage } from 'node:async_hooks';
import { register } from 'node:module';
import { isOwn } from './own-code.mjs';

/** Chain of calls around the code that runs: `{ name, depth, outer, root, isPolling }`. */
const calls = new AsyncLocalStorage();
const byEvent = [];
const ranForEvents = new Set();
const ranForPollers = new Set();
/** Recorded interval: `event` while an event is processed, `idle` in an interval without an event, otherwise null. */
let recording = null;
/** True while the callback of a poller's timer runs. */
let isPolling = false;
let deepest = new Map();

/** Sets which interval is recorded. Calls that began before an event do not count as outer frames of its calls. */
globalThis.recordNesting = (what) => {
  if (recording === 'event') byEvent.push(deepest);
  recording = what;
  deepest = new Map();
};

/**
 * Returns the longest chain of calls below each outermost function that ran for every event, outermost call first. An
 * outermost function is called by Node.js, a package or a timer. If several events have chains of different lengths,
 * the shortest chain counts.
 */
globalThis.longestChains = () => {
  const [first, ...others] = byEvent;
  return [...first.keys()]
    .filter((root) => others.every((event) => event.has(root)))
    .map((root) => byEvent.map((event) => event.get(root)).reduce((a, b) => (a.depth <= b.depth ? a : b)))
    .map(chainOf);
};

/** Returns the functions that ran under a poller and never because of an event, as `file:end offset`. */
globalThis.polledFunctions = () => [...ranForPollers].filter((id) => !ranForEvents.has(id));

/** Wraps the body of each function. `nest-calls.mjs` inserts the calls of this wrapper. */
globalThis.nestCall = (name, id, body) => {
  if (recording === null) return body();
  const outer = calls.getStore();
  const call = {
    name,
    depth: (outer?.depth ?? 0) + 1,
    outer,
    root: outer?.root ?? name,
    isPolling: outer?.isPolling ?? isPolling,
  };
  (call.isPolling ? ranForPollers : ranForEvents).add(id);
  if (!call.isPolling && call.depth > (deepest.get(call.root)?.depth ?? 0)) deepest.set(call.root, call);
  return calls.run(call, body);
};

// The callback of a timer is not nested in the call that set the timer. A poller sets its own timer, either before the
// event or within an earlier call of the poller.
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
  const set = globalThis[name];
  const setOutside = (callback, ...args) => {
    const isPoller = calls.getStore()?.isPolling ?? (recording !== 'event' && isSetByOwnCode());
    const run = (...values) => {
      const before = isPolling;
      isPolling = isPoller;
      try {
        callback(...values);
      } finally {
        isPolling = before;
      }
    };
    return calls.exit(() => set(run, ...args));
  };
  globalThis[name] = Object.assign(setOutside, set);
}

/** Returns true if a timer function was called by this project's code and not by a package. */
function isSetByOwnCode() {
  const [, , , caller = ''] = new Error().stack.split('\n');
  return isOwn(caller);
}

function chainOf(call) {
  return call === undefined ? [] : [...chainOf(call.outer), call.name];
}

register('./nest-calls.mjs', import.meta.url);
