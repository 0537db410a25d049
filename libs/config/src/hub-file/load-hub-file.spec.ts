import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_HUB_SETTINGS } from './hub-settings.js';
import { loadHubFile, type HubFileResult } from './load-hub-file.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'patchbay-hub-file-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function load(text: string): HubFileResult {
  const path = join(directory, 'patchbay.yaml');
  writeFileSync(path, text);
  return loadHubFile(path);
}

describe('loadHubFile', () => {
  it('returns the defaults for a missing or empty file', () => {
    const defaults = { settings: DEFAULT_HUB_SETTINGS, problems: [] };
    expect(loadHubFile(join(directory, 'none.yaml'))).toEqual(defaults);
    expect(load('')).toEqual(defaults);
    expect(load('# only a comment\n')).toEqual(defaults);
    expect(load('{}')).toEqual(defaults);
  });

  it('merges the file with the defaults', () => {
    expect(load('plugins: ["@acme/patchbay-plugins"]\ningest: { bodyLimitBytes: 2097152 }').settings).toEqual({
      plugins: ['@acme/patchbay-plugins'],
      ingest: { ...DEFAULT_HUB_SETTINGS.ingest, bodyLimitBytes: 2_097_152 },
      imports: DEFAULT_HUB_SETTINGS.imports,
    });
  });

  it('reads the sign-in by an identity provider', () => {
    const text = `signIn:
  name: Acme
  issuer: https://login.example.com/realms/acme
  clientId: patchbay
  rolesClaim: [realm_access, roles]
  roles:
    - { value: support, role: operator, brands: [acme] }
    - { value: admins, role: admin, reveal: true }
  apiAudience: https://hub.example.com`;
    expect(load(text).settings?.signIn).toEqual({
      name: 'Acme',
      scopes: ['openid', 'profile'],
      issuer: 'https://login.example.com/realms/acme',
      clientId: 'patchbay',
      rolesClaim: ['realm_access', 'roles'],
      roles: [
        { value: 'support', role: 'operator', brands: ['acme'], reveal: false },
        { value: 'admins', role: 'admin', reveal: true },
      ],
      apiAudience: 'https://hub.example.com',
    });
  });

  it.each([
    ['an issuer over plain http', { issuer: 'http://login.example.com' }, 'signIn.issuer', 'https URL'],
    ['an issuer that begins like this machine', { issuer: 'http://localhost.example.com' }, 'signIn.issuer', 'https'],
    ['an issuer with a password', { issuer: 'https://a:b@login.example.com' }, 'signIn.issuer', 'https URL'],
    ['a name of several lines', { name: 'a\nb' }, 'signIn.name', 'one line'],
    ['scopes in one text', { scopes: ['openid profile'] }, 'signIn.scopes[0]', 'without spaces'],
    ['no rule', { roles: [] }, 'signIn.roles', 'at least 1'],
    ['the role ingest', { roles: [{ value: 'x', role: 'ingest' }] }, 'signIn.roles[0].role', 'viewer, operator, admin'],
    ['an empty value', { roles: [{ value: '', role: 'admin' }] }, 'signIn.roles[0].value', 'empty'],
    ['no brand', { roles: [{ value: 'x', role: 'admin', brands: [] }] }, 'signIn.roles[0].brands', 'at least 1'],
    ['the client id as audience', { apiAudience: 'patchbay' }, 'signIn.apiAudience', 'ID tokens'],
  ])('rejects a sign-in with %s', (_name, wrong, field, message) => {
    const roles = [{ value: 'admins', role: 'admin' }];
    const valid = {
      name: 'Acme',
      issuer: 'https://login.example.com',
      clientId: 'patchbay',
      rolesClaim: ['groups'],
      roles,
    };
    const { problems } = load(JSON.stringify({ signIn: { ...valid, ...wrong } }));
    expect(problems).toMatchObject([{ field, message: expect.stringContaining(message) }]);
  });

  it.each([
    ['an unknown key', 'plugin: [a]', 1, 'plugin', 'Did you mean "plugins"?'],
    ['a path as a plugin', 'plugins:\n  - ../evil', 2, 'plugins[0]', 'npm package'],
    ['a limit that is too high', 'ingest:\n  bodyLimitBytes: 1e9', 2, 'ingest.bodyLimitBytes', 'at most 16777216'],
    ['an empty group', 'ingest:', 1, 'ingest', 'is empty'],
    ['a duplicate key', 'plugins: []\nplugins: []', 2, 'plugins', 'twice'],
  ])('rejects %s with line and field', (_name, text, line, field, message) => {
    expect(load(text)).toEqual({
      problems: [{ file: join(directory, 'patchbay.yaml'), line, field, message: expect.stringContaining(message) }],
    });
  });
});
