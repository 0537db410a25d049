import type { Answer, RequestBody } from '../../../api/types';
import { mergePatchOf } from '../../../lib/merge-patch';
import type { JsonObject } from './json';

/** Subscription as the hub has stored it. */
export type Subscription = Answer<'/v1/brands/{brand}/subscriptions/{name}'>;

/** Body that creates a subscription. */
export type NewSubscription = RequestBody<'/v1/brands/{brand}/subscriptions', 'post'>;

/** Messaging rules of a subscription, with the fields of a brand file. */
export type Messaging = NonNullable<NewSubscription['messaging']>;

type Ordering = Exclude<NonNullable<NewSubscription['ordering']>, string>;

/** Subscription while a person edits it. */
export interface Draft {
  readonly name: string;
  readonly source: string;
  readonly events: readonly string[];
  /** Filter; `{}` takes every event. */
  readonly when: JsonObject;
  readonly destination: string;
  readonly enrich: readonly string[];
  /** Null: the preset of the destination type. */
  readonly mapping: JsonObject | null;
  readonly ordering: Ordering | null;
  readonly supersede: boolean;
  /** `{}`: promotional, and no other rule. */
  readonly messaging: Messaging;
}

/** Draft of a subscription that does not exist yet. */
export const EMPTY_DRAFT: Draft = {
  name: '',
  source: '',
  events: [],
  when: {},
  destination: '',
  enrich: [],
  mapping: null,
  ordering: null,
  supersede: false,
  messaging: {},
};

/** Fields of a draft in the order of the editor. */
export const DRAFT_FIELDS = [
  'source',
  'events',
  'when',
  'destination',
  'mapping',
  'messaging',
  'enrich',
  'ordering',
  'supersede',
] as const satisfies readonly (keyof Draft)[];

/** Returns the draft that equals a stored subscription. */
export function draftOf(stored: Subscription): Draft {
  const { name, source, events, enrich, supersede } = stored;
  return {
    ...{ name, source, events, enrich, supersede },
    destination: stored.destination ?? '',
    when: stored.when ?? {},
    mapping: stored.mapping,
    ordering: stored.ordering,
    messaging: messagingOf(stored.messaging),
  };
}

/** Returns the messaging rules without the purpose that also holds if none is given. */
export function messagingOf(rules: Messaging | null): Messaging {
  if (rules === null) return {};
  const { purpose, ...others } = rules;
  return purpose === 'transactional' ? { purpose, ...others } : others;
}

/** Returns the content of a subscription as a brand file has it: fields with default values are left out. */
export function contentOf(draft: Draft): Omit<NewSubscription, 'name'> {
  const { source, events, when, destination, enrich, mapping, ordering, supersede, messaging } = draft;
  return {
    source,
    events: [...events],
    ...(Object.keys(when).length === 0 ? {} : { when }),
    destination,
    ...(enrich.length === 0 ? {} : { enrich: [...enrich] }),
    ...(mapping === null ? {} : { mapping }),
    ...(ordering === null ? {} : { ordering }),
    ...(supersede ? { supersede } : {}),
    ...(Object.keys(messaging).length === 0 ? {} : { messaging }),
  };
}

/** Returns the body that creates the subscription of a draft. */
export function bodyOf(draft: Draft): NewSubscription {
  return { name: draft.name, ...contentOf(draft) };
}

/** Name that stands for a name that is not chosen yet. The hub neither stores nor shows it. */
const UNNAMED = 'unnamed';

/** Returns the body of a draft that may have no name yet, for a preview, a trial or a test message. */
export function trialBodyOf(draft: Draft): NewSubscription {
  return bodyOf(draft.name === '' ? { ...draft, name: UNNAMED } : draft);
}

/** Returns the JSON Merge Patch from one draft to another. Empty if nothing differs. */
export function changeOf(before: Draft, after: Draft): JsonObject {
  return mergePatchOf({ ...contentOf(before) }, { ...contentOf(after) }, ['when', 'mapping']);
}
