import { isMembers } from '../../lib/merge-patch';
import { firstDraft, type SourceDraft } from '../sources/new-source';

/** Steps of the wizard in order, as the URL names them. */
export const STEPS = ['source', 'destination', 'subscription', 'event'] as const;

/** Step of the wizard. */
export type Step = (typeof STEPS)[number];

/** State of the wizard, which a reload of the page keeps. It never has a secret. */
export interface ConnectDraft {
  /** Names of what the wizard created or the person chose. Empty until then. */
  readonly source: string;
  readonly destination: string;
  readonly subscription: string;
  readonly sourceForm: SourceDraft;
  readonly destinationType: string;
  readonly destinationName: string;
  /** Settings without secrets. Credentials are in the memory of the page only. */
  readonly destinationSettings: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  /** Time of the hub from which the last step looks for events, ISO 8601. */
  readonly since: string;
}

/** Returns the state of a wizard that begins. */
export function emptyDraft(brand: string): ConnectDraft {
  return {
    ...{ source: '', destination: '', subscription: '', since: '' },
    ...{ sourceForm: firstDraft(brand), destinationType: '', destinationName: '' },
    ...{ destinationSettings: {}, events: [] },
  };
}

/** Returns the step that the person has reached: each step needs what the steps before it made. */
export function reachedStep({ source, destination, subscription }: ConnectDraft): number {
  const made = [source, destination, subscription];
  const missing = made.indexOf('');
  return missing === -1 ? made.length : missing;
}

/** Returns the step to show: that of the URL, or the reached step if the URL is ahead of it or names no step. */
export function shownStep(step: string, draft: ConnectDraft): Step {
  const wanted = STEPS.findIndex((one) => one === step);
  const reached = reachedStep(draft);
  return STEPS[wanted === -1 ? reached : Math.min(wanted, reached)] ?? 'source';
}

/** Reads a stored draft. What does not have the right type is as in a new draft. */
export function parseDraft(stored: string | null, brand: string): ConnectDraft {
  const draft = emptyDraft(brand);
  const found = parsed(stored);
  if (!isMembers(found)) return draft;
  const text = (name: keyof ConnectDraft): string => {
    const value = found[name];
    return typeof value === 'string' ? value : '';
  };
  const { sourceForm, destinationSettings, events } = found;
  return {
    source: text('source'),
    destination: text('destination'),
    subscription: text('subscription'),
    since: text('since'),
    destinationType: text('destinationType'),
    destinationName: text('destinationName'),
    sourceForm: isMembers(sourceForm) ? sourceFormOf(sourceForm, draft.sourceForm) : draft.sourceForm,
    destinationSettings: isMembers(destinationSettings) ? destinationSettings : {},
    events: Array.isArray(events) ? events.filter((one) => typeof one === 'string') : [],
  };
}

function sourceFormOf(found: Readonly<Record<string, unknown>>, fallback: SourceDraft): SourceDraft {
  const { name, adapter, method, header, paths, customer } = found;
  return {
    name: typeof name === 'string' ? name : fallback.name,
    adapter: typeof adapter === 'string' ? adapter : fallback.adapter,
    method: method === 'bearer' ? 'bearer' : 'header',
    header: typeof header === 'string' ? header : fallback.header,
    paths: isMembers(paths)
      ? Object.fromEntries(
          Object.entries(paths).flatMap(([key, path]) => (typeof path === 'string' ? [[key, path]] : [])),
        )
      : {},
    customer: typeof customer === 'string' ? customer : '',
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
