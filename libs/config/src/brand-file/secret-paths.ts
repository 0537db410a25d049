import type { FieldPath } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';
import type { BrandChecks } from './brand-checks.js';
import type { BrandFileContent } from './brand-file-content.js';

/** Matches names of headers that authenticate the hub. The values of these headers must not be written in a file. */
const SECRET_HEADER = /auth|cookie|token|key|secret|password|signature/i;

/** Lists the paths of a brand's secrets: credentials of sources, destinations and lookups. */
export function secretPaths(
  content: BrandFileContent,
  { secretFields }: Pick<BrandChecks, 'secretFields'>,
): readonly FieldPath[] {
  return [...lookupSecrets(content), ...sourceSecrets(content), ...credentialSecrets(content, secretFields)];
}

function lookupSecrets({ recipients, enrichment, platform }: BrandFileContent): FieldPath[] {
  const calls = [
    { at: ['recipients', 'resolver'], headers: recipients?.resolver?.headers },
    ...Object.entries(enrichment?.http ?? {}).map(([name, { headers }]) => ({
      at: ['enrichment', 'http', name],
      headers,
    })),
  ];
  const ofCalls = calls.flatMap(({ at, headers = {} }) =>
    Object.entries(headers)
      .filter(([name]) => SECRET_HEADER.test(name))
      .flatMap(([name, value]) => findSecrets(value, [...at, 'headers', name])),
  );
  const { capillary } = enrichment ?? {};
  const ofCapillary = (['key', 'secret', 'password'] as const).flatMap((field) =>
    findSecrets(capillary?.[field], ['enrichment', 'capillary', field]),
  );
  const ofPlatform = (['key', 'secret'] as const).flatMap((field) =>
    findSecrets(platform?.capillary[field], ['platform', 'capillary', field]),
  );
  return [...ofCalls, ...ofCapillary, ...ofPlatform];
}

function sourceSecrets({ sources = {} }: BrandFileContent): FieldPath[] {
  return Object.entries(sources).flatMap(([name, { auth = {}, files }]) => {
    const at = ['sources', name, 'auth'];
    const passwords = (auth.basic ?? []).flatMap(({ password }, index) =>
      findSecrets(password, [...at, 'basic', index, 'password']),
    );
    const others = (['headers', 'bearer', 'standardWebhooks'] as const).flatMap((key) =>
      findSecrets(auth[key], [...at, key]),
    );
    return [...others, ...passwords, ...placeSecrets(files?.from, ['sources', name, 'files', 'from'])];
  });
}

function placeSecrets(
  from: NonNullable<NonNullable<NonNullable<BrandFileContent['sources']>[string]>['files']>['from'],
  at: FieldPath,
): FieldPath[] {
  const ofSftp = (['password', 'privateKey'] as const).flatMap((field) =>
    findSecrets(from?.sftp?.[field], [...at, 'sftp', field]),
  );
  return [...findSecrets(from?.s3?.secretAccessKey, [...at, 's3', 'secretAccessKey']), ...ofSftp];
}

function credentialSecrets(
  { destinations = {} }: BrandFileContent,
  secretFields: BrandChecks['secretFields'],
): FieldPath[] {
  return Object.entries(destinations).flatMap(([name, { type, credentials }]) =>
    (secretFields(type) ?? []).flatMap((field) =>
      findSecrets(credentials, ['destinations', name, 'credentials'], field.split('.')),
    ),
  );
}
