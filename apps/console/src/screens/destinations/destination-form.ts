import { isMembers } from '../../lib/merge-patch';
import { asObject, type FormValue, type SchemaField } from '../../ui/schema-field';
import type { Destination } from './destination-api';

/**
 * Returns the part of a destination that the form edits, in the format of a brand file. Credentials are empty, because
 * the hub never shows them: what the person enters replaces the stored values.
 */
export function editableDestination({ settings, limits, retry, messaging }: Destination): FormValue {
  const set = Object.entries(limits).filter(([, value]) => value !== null);
  const { schedule, onUnconfirmed } = retry;
  return {
    settings,
    ...(set.length > 0 ? { limits: Object.fromEntries(set) } : {}),
    retry: { schedule, ...(onUnconfirmed === null ? {} : { onUnconfirmed }) },
    ...(messaging === null ? {} : { messaging: editableMessaging(messaging) }),
  };
}

function editableMessaging({ sendAfter, contactInterval, quota }: NonNullable<Destination['messaging']>): FormValue {
  return {
    ...(sendAfter === null ? {} : { sendAfter }),
    ...(contactInterval === null ? {} : { contactInterval }),
    ...(quota === null ? {} : { quota: { max: quota.max, per: quota.per, excess: quota.excess } }),
  };
}

/**
 * Returns the lines of a brand file for a destination. Secrets are left out: the file has them already, as references
 * to the environment.
 */
export function fileContent({ type }: Destination, value: FormValue, settings: readonly SchemaField[]): FormValue {
  const { credentials: _secret, settings: edited, ...rest } = value;
  return { type, settings: withoutSecrets(settings, asObject(edited)), ...rest };
}

/** Returns a form's value without its secret fields, at any depth. */
export function withoutSecrets(fields: readonly SchemaField[], value: FormValue): FormValue {
  const kept = fields.flatMap((field): [string, unknown][] => {
    const entry = value[field.name];
    if (field.secret || entry === undefined) return [];
    if (Array.isArray(entry) && field.items === 'group') {
      return [[field.name, entry.map((one: unknown) => withoutSecrets(field.fields, asObject(one)))]];
    }
    return [[field.name, field.type === 'group' && isMembers(entry) ? withoutSecrets(field.fields, entry) : entry]];
  });
  return Object.fromEntries(kept);
}
