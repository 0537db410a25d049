import type { Answer, RequestBody } from '@patchbay/client';
import { mergePatchOf } from '../../../lib/merge-patch';
import type { JsonObject } from './json';
import { entryContent, isFinished, type Route, type Target } from './route';

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
  /** Has no effect if the draft has a route. */
  readonly destination: string;
  readonly enrich: readonly string[];
  /** Null: the preset of the destination type. Has no effect if the draft has a route. */
  readonly mapping: JsonObject | null;
  /** Null: every message goes to `destination`. */
  readonly route: Route | null;
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
  route: null,
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
  'route',
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
    route: stored.route?.map((entry) => ({ when: null, mapping: null, ...entry })) ?? null,
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

/** Returns the targets of a draft: the entries of its route, or its only target. */
export function targetsOf({ destination, mapping, route }: Draft): readonly Target[] {
  return route ?? [{ destination, mapping }];
}

/** Returns true if a draft has all that the hub needs for a preview. */
export function isComplete(draft: Draft): boolean {
  const targets = targetsOf(draft);
  return (
    draft.source !== '' &&
    draft.events.length > 0 &&
    targets.length > 0 &&
    targets.every(({ destination }) => destination !== '')
  );
}

/**
 * Returns true if a draft can be saved. An entry of a route without a condition would take all messages, although a
 * person is about to write its condition.
 */
export function isSavable(draft: Draft): boolean {
  return isComplete(draft) && (draft.route ?? []).every((entry) => isFinished(entry));
}

/** Returns the content of a subscription as a brand file has it: fields with default values are left out. */
export function contentOf(draft: Draft): Omit<NewSubscription, 'name'> {
  const { source, events, when, destination, enrich, mapping, route, ordering, supersede, messaging } = draft;
  return {
    source,
    events: [...events],
    ...(Object.keys(when).length === 0 ? {} : { when }),
    ...(route === null
      ? { destination, ...(mapping === null ? {} : { mapping }) }
      : { route: route.map((entry) => entryContent(entry)) }),
    ...(enrich.length === 0 ? {} : { enrich: [...enrich] }),
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
