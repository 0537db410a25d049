import { MAX_TIME_LIMIT_MS } from '@patchbay/core';
import {
  declarationProblems,
  fieldsOf,
  formatDeclarationProblem,
  MESSAGING_CHANNELS,
  type AnyDestinationDefinition,
  type Ctor,
  type FieldInfo,
} from '@patchbay/plugin-sdk';
import { batchLimitsProblem } from '../runtime/batch-limits.js';

const MEMBERS = new Set([
  'type',
  'label',
  'description',
  'category',
  'messaging',
  'docsUrl',
  'limits',
  'contract',
  'contextHttpOnly',
  'idempotent',
  'quotaExcess',
  'module',
  'credentials',
  'settings',
  'message',
  'actions',
  'oauth',
  'settingsVersion',
  'migrate',
  'checkSettings',
  'choices',
  'presets',
  'verify',
  'deliver',
  'batch',
  'deliverBatch',
  'poll',
  'classify',
  'statusCallback',
]);
const ACTION_MEMBERS: readonly string[] = ['label', 'message', 'deliver', 'deliverBatch'];
const ACTION_NAME = /^[a-z][A-Za-z0-9]{0,63}$/;
const CATEGORY = /^[a-z][a-z0-9-]{0,31}$/;
const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks that a plugin's default export is a complete definition, and reports every problem.
 * @param expectedType the folder's name; undefined allows any type
 */
export function checkDefinition(
  value: unknown,
  expectedType: string | undefined,
  report: (message: string) => void,
): value is AnyDestinationDefinition {
  if (typeof value !== 'object' || value === null) {
    report('its index has no default export; write export default defineDestination({…})');
    return false;
  }
  let good = true;
  const refuse = (message: string): void => {
    good = false;
    report(message);
  };
  const own: Partial<Record<string, unknown>> = { ...value };
  for (const name of Object.keys(own)) {
    if (name === 'dedupes') refuse('dedupes ended with contract 2; rename it to idempotent');
    else if (!MEMBERS.has(name)) {
      refuse(`"${name}" is not a property of a definition; known are ${[...MEMBERS].join(', ')}`);
    }
  }
  checkType(own.type, expectedType, refuse);
  if (own.contract !== 2) refuse('contract must be 2, the version of the plugin contract of this hub');
  for (const name of ['label', 'description'] as const) {
    if (typeof own[name] !== 'string' || own[name].trim() === '') refuse(`${name} is missing; add a short text`);
  }
  if (typeof own.category !== 'string' || !CATEGORY.test(own.category)) {
    refuse('category must be a word in lower case, e.g. sms, survey or crm');
  }
  checkMessaging(own, refuse);
  checkSettingsVersion(own, refuse);
  if (own.docsUrl !== undefined && !(typeof own.docsUrl === 'string' && own.docsUrl.startsWith('https://'))) {
    refuse('docsUrl must be an https URL of the vendor’s documentation');
  }
  checkLimits(own.limits, refuse);
  for (const name of ['credentials', 'settings'] as const) checkClass(name, own[name], refuse);
  if (own.module !== undefined && !isClass(own.module)) {
    refuse('module must be a class with @Module of @nestjs/common; import dynamic modules in this class');
  }
  if (typeof own.verify !== 'function') refuse('verify is missing; add a function');
  if (own.actions === undefined) checkAction('', own, refuse);
  else checkActions(own, refuse);
  checkBatch(own, refuse);
  checkOAuth(own, refuse);
  for (const name of ['classify', 'migrate', 'checkSettings', 'choices', 'poll'] as const) {
    if (own[name] !== undefined && typeof own[name] !== 'function') refuse(`${name} must be a function`);
  }
  if (own.contextHttpOnly !== undefined && typeof own.contextHttpOnly !== 'boolean') {
    refuse('contextHttpOnly must be true or false');
  }
  if (own.idempotent !== undefined && typeof own.idempotent !== 'boolean' && typeof own.idempotent !== 'function') {
    refuse('idempotent must be true, false, or a function of the settings');
  }
  if (own.presets !== undefined && !isObject(own.presets))
    refuse('presets must be an object with one mapping per event type');
  checkStatusCallback(own.statusCallback, refuse);
  checkChoices(own, refuse);
  return good;
}

function checkType(type: unknown, expectedType: string | undefined, refuse: (message: string) => void): void {
  if (typeof type !== 'string' || type.length > 64 || !TYPE.test(type)) {
    refuse('type must be lower-case words joined by hyphens, at most 64 characters, e.g. acme-sms');
  } else if (expectedType !== undefined && type !== expectedType) {
    refuse(`its type is "${type}" but its folder is "${expectedType}"; give both the same name`);
  }
}

function checkMessaging(own: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  const { messaging, quotaExcess } = own;
  if (messaging !== null && !MESSAGING_CHANNELS.some((channel) => channel === messaging)) {
    const channels = MESSAGING_CHANNELS.join(', ');
    refuse(`messaging must be null, or the channel of the messages to customers: ${channels}`);
  }
  if (quotaExcess !== undefined && quotaExcess !== 'wait' && quotaExcess !== 'suppress') {
    refuse('quotaExcess must be wait or suppress');
  }
}

function checkSettingsVersion(own: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  const { settingsVersion = 1, migrate } = own;
  if (typeof settingsVersion !== 'number' || !Number.isInteger(settingsVersion) || settingsVersion < 1) {
    refuse('settingsVersion must be a whole number from 1');
  } else if (settingsVersion === 1 && migrate !== undefined) {
    refuse('migrate needs settingsVersion 2 or higher, because no settings are older than version 1');
  }
}

function checkLimits(limits: unknown, refuse: (message: string) => void): void {
  if (limits === undefined || typeof limits === 'function') return;
  if (!isObject(limits)) return refuse('limits must be an object, or a function of the settings');
  for (const [name, value] of Object.entries(limits)) {
    if (!['ratePerSecond', 'burst', 'concurrency', 'timeoutMs'].includes(name)) {
      refuse(`limits.${name} is unknown; known are ratePerSecond, burst, concurrency, timeoutMs`);
    } else if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
      refuse(`limits.${name} must be a number above 0`);
    } else if (name === 'burst' && !Number.isInteger(value)) {
      refuse('limits.burst must be a whole number');
    } else if (name === 'timeoutMs' && value > MAX_TIME_LIMIT_MS) {
      refuse(
        `limits.timeoutMs must be at most ${MAX_TIME_LIMIT_MS}, because the lease of a delivery must outlast the attempt`,
      );
    }
  }
}

/** Checks the members of one action. @param prefix place of the action: empty, or `actions.sendText.` */
function checkAction(
  prefix: string,
  { message, deliver, deliverBatch }: Partial<Record<string, unknown>>,
  refuse: (message: string) => void,
): void {
  checkClass(`${prefix}message`, message, refuse);
  if (typeof deliver !== 'function') refuse(`${prefix}deliver is missing; add a function`);
  if (deliverBatch !== undefined && typeof deliverBatch !== 'function') {
    refuse(`${prefix}deliverBatch must be a function`);
  }
}

function checkActions(own: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  for (const name of ACTION_MEMBERS) {
    if (name !== 'label' && own[name] !== undefined) refuse(`${name} belongs to each action; move it into actions`);
  }
  const actions = actionsOf(own);
  if (actions.length === 0) return refuse('actions must be an object with at least one action');
  for (const [name, action] of actions) {
    const prefix = `actions.${name}.`;
    if (!ACTION_NAME.test(name)) {
      refuse(`actions.${name}: the name must be letters and digits, at most 64, and begin with a lower-case letter`);
    }
    for (const member of Object.keys(action).filter((one) => !ACTION_MEMBERS.includes(one))) {
      refuse(`${prefix}${member} is not a property of an action; known are ${ACTION_MEMBERS.join(', ')}`);
    }
    if (typeof action.label !== 'string' || action.label.trim() === '') {
      refuse(`${prefix}label is missing; add a short text`);
    }
    checkAction(prefix, action, refuse);
  }
}

/** Returns the named actions of a definition, which may be anything. */
function actionsOf({
  actions,
}: Partial<Record<string, unknown>>): (readonly [name: string, action: Partial<Record<string, unknown>>])[] {
  if (!isObject(actions)) return [];
  return Object.entries(actions).map(([name, action]) => [name, isObject(action) ? { ...action } : {}]);
}

function checkBatch(own: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  const { batch } = own;
  const actions = own.actions === undefined ? [own] : actionsOf(own).map(([, action]) => action);
  if (actions.some(({ deliverBatch }) => (batch === undefined) !== (deliverBatch === undefined))) {
    const where = own.actions === undefined ? '' : ' of each action';
    refuse(`batch and deliverBatch${where} belong together; add the other member, or remove this one`);
  }
  if (batch === undefined || typeof batch === 'function') return;
  const problem = batchLimitsProblem(batch);
  if (problem !== undefined) refuse(problem);
}

const OAUTH_MEMBERS = new Set([
  ...['authorizeUrl', 'tokenUrl', 'scopes', 'pkce', 'authorizeParameters', 'clientAuthentication'],
]);

function checkOAuth({ oauth, credentials }: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  if (oauth === undefined) return;
  const own: Partial<Record<string, unknown>> = isObject(oauth) ? { ...oauth } : {};
  for (const name of Object.keys(own)) {
    if (!OAUTH_MEMBERS.has(name)) refuse(`oauth.${name} is unknown; known are ${[...OAUTH_MEMBERS].join(', ')}`);
  }
  for (const name of ['authorizeUrl', 'tokenUrl'] as const) {
    const url = own[name];
    const isUrl = typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url);
    if (!isUrl && typeof url !== 'function') refuse(`oauth.${name} must be a URL, or a function of the settings`);
  }
  if (own.scopes !== undefined && !(Array.isArray(own.scopes) && own.scopes.every((one) => typeof one === 'string'))) {
    refuse('oauth.scopes must be a list of texts');
  }
  if (own.pkce !== undefined && typeof own.pkce !== 'boolean') refuse('oauth.pkce must be true or false');
  const { authorizeParameters: parameters, clientAuthentication: place } = own;
  if (
    parameters !== undefined &&
    !(isObject(parameters) && Object.values(parameters).every((value) => typeof value === 'string'))
  ) {
    refuse('oauth.authorizeParameters must be an object of texts');
  }
  if (place !== undefined && place !== 'basic' && place !== 'body') {
    refuse('oauth.clientAuthentication must be basic or body');
  }
  if (!isClass(credentials) || declarationProblems(credentials).length > 0) return;
  const fields = fieldsOf(credentials);
  for (const name of ['clientId', 'clientSecret']) {
    const field = fields.find((one) => one.name === name);
    if (field?.type !== 'string') refuse(`credentials.${name} is missing; oauth needs it as a text`);
    else if (name === 'clientSecret' && !field.secret) refuse('credentials.clientSecret must have secret: true');
  }
}

function checkClass(member: string, value: unknown, refuse: (message: string) => void): void {
  if (!isClass(value)) return refuse(`${member} is missing; add a class whose properties are declared with @Field`);
  for (const problem of declarationProblems(value)) refuse(`${member}: ${formatDeclarationProblem(problem)}`);
}

/** Checks which fields may have `fromVendor`, and that `choices` loads their values. */
function checkChoices(own: Partial<Record<string, unknown>>, refuse: (message: string) => void): void {
  const classes: [member: string, declared: unknown][] = [
    ['credentials', own.credentials],
    ['settings', own.settings],
    ['message', own.message],
    ...actionsOf(own).map(([name, { message }]): [string, unknown] => [`actions.${name}.message`, message]),
  ];
  for (const [member, declared] of classes) {
    if (!isClass(declared) || declarationProblems(declared).length > 0) continue;
    for (const field of fieldsOf(declared)) {
      const inside = fromVendorBelow(field);
      const isAllowed = member === 'settings' && field.type === 'string' && !field.secret;
      if (inside !== undefined || (field.fromVendor && !isAllowed)) {
        refuse(`${member}.${inside ?? field.name}: fromVendor is only for texts of the settings class; remove it`);
      } else if (field.fromVendor && own.choices === undefined) {
        refuse(`settings.${field.name} has fromVendor; add the function choices(context, field)`);
      }
    }
  }
}

/** Returns the path of the first field inside a nested class that has `fromVendor`. */
function fromVendorBelow({ name, fields }: FieldInfo): string | undefined {
  for (const field of fields) {
    const found = field.fromVendor ? field.name : fromVendorBelow(field);
    if (found !== undefined) return `${name}.${found}`;
  }
  return undefined;
}

function checkStatusCallback(callback: unknown, refuse: (message: string) => void): void {
  if (callback === undefined) return;
  const own: Partial<Record<string, unknown>> = isObject(callback) ? { ...callback } : {};
  if (typeof own.authenticate !== 'function' || typeof own.parse !== 'function') {
    refuse('statusCallback must have the functions authenticate(request, own) and parse(request)');
  }
  if (own.handshake !== undefined && typeof own.handshake !== 'function') {
    refuse('statusCallback.handshake must be a function');
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isClass(value: unknown): value is Ctor<object> {
  return typeof value === 'function' && isObject(value.prototype);
}
