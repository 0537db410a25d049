/**
 * Mistakes that authors of plugins make. Each mutation changes the files of a plugin, and names the test of the plugin
 * suite that must catch it. A file is a pair of its path in the plugin's folder and its text.
 *
 * @typedef {Map<string, string>} Files
 * @typedef {{ name: string, caughtBy: string, plugins: readonly string[], apply: (files: Files) => void }} Mutation
 */

/** Replaces the plugin by a copy of its definition with some members changed. `real` is the original definition. */
const wrapped = (members) => (files) => {
  files.set('unchanged.ts', text(files, 'index.ts'));
  files.set('index.ts', `import real from './unchanged.js';\nexport default { ...real, ${members} };\n`);
};

/** Changes what `deliver` does with an error of the original plugin. */
const onError = (statements) =>
  wrapped(`async deliver(context, message) {
  try {
    return await real.deliver(context, message);
  } catch (error) {
    ${statements}
    throw error;
  }
}`);

/** Statements that refuse a body that is neither JSON nor a form, as the original plugins do. */
const REFUSES_OTHER_BODIES = `const body = new TextDecoder('utf-8', { fatal: true }).decode(rawBody);
    if (!/^[[{]|=/.test(body) || body.length < 10) throw new Error('another body');`;

/** Sandbox whose vendor proves its callbacks with HTTP Basic: the username `vendor`, and the credentials as password. */
const WITH_BASIC_CALLBACKS = `import { basicAuth } from '@patchbay/plugin-sdk';
import real from './sandbox-unchanged.js';

export default {
  ...real,
  callbacks: {
    ...real.callbacks,
    proof: 'basic',
    call(url, payload, credentials) {
      const call = real.callbacks.call(url, payload, credentials);
      const authorization = basicAuth('vendor', Object.values(credentials).join('.'));
      return { ...call, headers: { ...call.headers, authorization } };
    },
  },
};
`;

/** Mutations by the mistake that they make. @type {readonly Mutation[]} */
export const MUTATIONS = [
  {
    name: 'secret not marked, under a name that does not tell',
    caughtBy: 'the definition › marks every secret with `secret: true`',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      const path = only(files, /\.dto\.ts$/);
      const field = /@Field\(\{[^@]*?\bsecret: true,?[^@]*?\}\)\s+(\w+)\??:/s.exec(text(files, path));
      if (field === null) throw new Error(`${path} has no property with "secret: true".`);
      const [declaration, name] = field;
      files.set(path, text(files, path).replace(declaration, declaration.replace(/secret: true,?/, '')));
      for (const [other, content] of files) {
        files.set(other, content.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'accessCode'));
      }
    },
  },
  {
    name: 'wrong field in a preset',
    caughtBy: 'the presets › pointsIssued: produces valid messages',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      changePreset(files, ([[name, value], ...rest]) => [[`${name}s`, value], ...rest]);
    },
  },
  {
    name: 'unknown path of the event in a preset',
    caughtBy: 'the presets › pointsIssued: reads only fields that its events have',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      changePreset(files, (fields) =>
        fields.map(([name, value]) =>
          typeof value === 'string' && value.includes('data.')
            ? [name, `${value} {{ data.totalPointsIssed | default: 0 }}`]
            : [name, value],
        ),
      );
    },
  },
  {
    name: '429 swallowed',
    caughtBy: 'an error of any vendor › waits as long as Retry-After says after a 429',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply: onError('if (error.response?.status === 429) return {};'),
  },
  {
    name: 'success on a 2xx with an error',
    caughtBy: 'every documented error › reads the error in an answer with a 2xx status',
    plugins: ['kaleyra-sms', 'infobip-sms', 'netcore-email'],
    apply: onError('if (error.response?.status < 300) return {};'),
  },
  {
    name: 'recipient in an error',
    caughtBy: 'every documented error › copies no words of the vendor with a recipient into an error',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply: onError('error.message += ` ${error.response?.body ?? ""}`;'),
  },
  {
    name: 'raw fetch',
    caughtBy: 'deliver › sends every request through `context.http`',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply: wrapped(`async verify(context) {
  await fetch(Object.values(context.settings).find((value) => String(value).startsWith('http')));
  await real.verify(context);
}`),
  },
  {
    name: 'own timer',
    caughtBy: 'deliver › starts no timer',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply: wrapped(`async deliver(context, message) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return real.deliver(context, message);
}`),
  },
  {
    name: 'own timer of node:timers/promises',
    caughtBy: 'deliver › starts no timer',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      wrapped('')(files);
      files.set('index.ts', `import 'node:timers/promises';\n${text(files, 'index.ts')}`);
    },
  },
  {
    name: 'untrue idempotent',
    caughtBy: 'deliver › is idempotent if and only if the vendor ignores repeated messages',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply: wrapped('idempotent: true'),
  },
  {
    name: 'no check of callbacks',
    caughtBy: 'status callbacks › refuses forged calls',
    plugins: ['kaleyra-sms', 'twilio-sms', 'sendgrid-email'],
    apply: wrapped(`statusCallback: {
  ...real.statusCallback,
  authenticate({ rawBody }) {
    ${REFUSES_OTHER_BODIES}
  },
}`),
  },
  {
    name: 'only the username of HTTP Basic callbacks checked',
    caughtBy: 'status callbacks › refuses forged calls',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      files.set('sandbox-unchanged.ts', text(files, 'sandbox.ts'));
      files.set('sandbox.ts', WITH_BASIC_CALLBACKS);
      wrapped(`statusCallback: {
  ...real.statusCallback,
  authenticate({ headers, rawBody }) {
    const [, login = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (!Buffer.from(login, 'base64').toString().startsWith('vendor:')) throw new Error('another username');
    ${REFUSES_OTHER_BODIES}
  },
}`)(files);
    },
  },
  {
    name: 'setting renamed without migrate',
    caughtBy: 'the definition › keeps stored settings valid',
    plugins: ['kaleyra-sms', 'infobip-sms', 'magento-loyalty'],
    apply(files) {
      const [, stored = ''] = /storedSettings: \[\{(.*)\}\]/.exec(text(files, 'sandbox.ts')) ?? [];
      const name = [...stored.matchAll(/(\w+): /g)].map(([, one]) => one).find((one) => one !== 'baseUrl');
      if (name === undefined) throw new Error('sandbox.ts has no storedSettings with another setting than baseUrl.');
      for (const [other, content] of files) {
        const lines = content
          .split('\n')
          .map((line) => (line.includes('storedSettings:') ? line : renamed(line, name)));
        files.set(other, lines.join('\n'));
      }
    },
  },
  {
    name: 'wrong field in the block of the README',
    caughtBy: 'the definition › has a README whose YAML blocks fit the classes',
    plugins: ['kaleyra-sms', 'twilio-sms', 'netcore-email'],
    apply(files) {
      change(files, 'README.md', /credentials: \{ (\w+):/, 'credentials: { $1s:');
    },
  },
];

function renamed(line, name) {
  return line.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}Renamed`);
}

function text(files, path) {
  const found = files.get(path);
  if (found === undefined) throw new Error(`The plugin has no ${path}.`);
  return found;
}

function only(files, pattern) {
  const [path, ...others] = [...files.keys()].filter((one) => pattern.test(one));
  if (path === undefined || others.length > 0) throw new Error(`The plugin has no or several files ${pattern}.`);
  return path;
}

/** Replaces a part of a file. Throws if the file does not contain it, because the mutation would change nothing. */
function change(files, path, part, replacement) {
  const before = text(files, path);
  const after = before.replace(part, replacement);
  if (after === before) throw new Error(`${path} does not contain ${part}.`);
  files.set(path, after);
}

function changePreset(files, changed) {
  const path = 'mappings/pointsIssued.json';
  const fields = Object.entries(JSON.parse(text(files, path)));
  files.set(path, JSON.stringify(Object.fromEntries(changed(fields))));
}
