import type { Answer, RequestBody } from '@patchbay/client';
import { CHANNELS } from '../../lib/channels';
import { fieldDifferences, withFieldsOf } from '../../lib/field-merge';

export type Brand = Answer<'/v1/brands/{brand}', 'get'>;
/** Brand as a save returns it. */
export type SavedBrand = Answer<'/v1/brands/{brand}', 'patch'>;
export type BrandChange = RequestBody<'/v1/brands/{brand}', 'patch'>;

/** Channels whose messages can be capped. */
export type Capped = (typeof CHANNELS)[number];

/** Times for which events and deliveries can be kept. */
export const RETENTIONS = ['7d', '30d', '90d', '400d'] as const;

/** Cap of a channel in the form. No cap if `max` is empty. */
export interface CapForm {
  readonly max: number | '';
  readonly per: string;
}

/** Settings of a brand that the console changes. */
export interface BrandForm {
  readonly timezone: string;
  readonly mode: Brand['privacy']['mode'];
  /** One path per line. */
  readonly keep: string;
  /** One path per line. */
  readonly personal: string;
  readonly retention: string;
  readonly caps: Readonly<Record<Capped, CapForm>>;
}

/** Returns the form of a brand. */
export function brandForm(brand: Brand): BrandForm {
  const cap = (channel: Capped): CapForm => {
    const found = brand.messaging?.caps[channel];
    return found === undefined ? { max: '', per: '1d' } : { max: found.max, per: found.per };
  };
  return {
    timezone: brand.timezone,
    mode: brand.privacy.mode,
    keep: brand.privacy.keep.join('\n'),
    personal: brand.privacy.personal.join('\n'),
    retention: brand.retention,
    caps: { sms: cap('sms'), email: cap('email'), push: cap('push'), whatsapp: cap('whatsapp'), chat: cap('chat') },
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Returns the settings as the API and a brand file have them. */
function settingsOf({ timezone, mode, keep, personal, retention, caps }: BrandForm) {
  const set = CHANNELS.flatMap((channel) => {
    const { max, per } = caps[channel];
    return max === '' ? [] : [[channel, { max, per }] as const];
  });
  return {
    timezone,
    privacy: { mode, keep: lines(keep), personal: lines(personal) },
    retention: RETENTIONS.find((one) => one === retention),
    messaging: set.length === 0 ? null : { caps: Object.fromEntries(set) },
  };
}

/** Returns the change that leads from one form to another: only the fields that differ. */
export function changeBetween(before: BrandForm, after: BrandForm): BrandChange {
  const [old, next] = [settingsOf(before), settingsOf(after)];
  const differs = (name: keyof typeof next): boolean => JSON.stringify(old[name]) !== JSON.stringify(next[name]);
  return {
    ...(differs('timezone') ? { timezone: next.timezone } : {}),
    ...(differs('privacy') ? { privacy: next.privacy } : {}),
    ...(differs('retention') ? { retention: next.retention } : {}),
    ...(differs('messaging') ? { messaging: messagingChange(before, after) } : {}),
  };
}

/** A merge patch keeps what it does not name, so a removed cap is named with null. */
function messagingChange(before: BrandForm, after: BrandForm): BrandChange['messaging'] {
  if (CHANNELS.every((channel) => after.caps[channel].max === '')) return null;
  const caps = CHANNELS.flatMap((channel): [Capped, { max: number; per: string } | null][] => {
    const { max, per } = after.caps[channel];
    if (max !== '') return [[channel, { max, per }]];
    return before.caps[channel].max === '' ? [] : [[channel, null]];
  });
  return { caps: Object.fromEntries(caps) };
}

/** Returns the fields of a brand file that this form covers. */
export function brandFileFields(name: string, form: BrandForm): object {
  const { messaging, ...rest } = settingsOf(form);
  return { brand: name, ...rest, ...(messaging === null ? {} : { messaging }) };
}

/** Fields of the form. */
const FIELDS = ['timezone', 'mode', 'keep', 'personal', 'retention', 'caps'] as const;

/** Puts the changes of a form on top of a brand that somebody else changed meanwhile. */
export function rebase(before: BrandForm, mine: BrandForm, theirs: BrandForm): BrandForm {
  const changed = fieldDifferences(FIELDS, before, mine, theirs).filter(({ changedBy }) => changedBy === 'theirs');
  return withFieldsOf(
    mine,
    theirs,
    changed.map(({ field }) => field),
  );
}
