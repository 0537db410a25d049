import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../architecture/tree.js';
import { run, type ProgramRun } from '../kit/run.js';
import { CACHE, helmPath } from './tools.js';

const CHART = join(ROOT, 'deploy/chart');
const EXAMPLES = ['all', 'split'];
const valuesOf = (example: string): string => join(CHART, `examples/${example}.yaml`);

let helm: string;
beforeAll(async () => {
  helm = await helmPath();
});

const template = (...options: readonly string[]): Promise<ProgramRun> =>
  run(helm, ['template', 'patchbay', CHART, ...options], ROOT);

describe('the chart', () => {
  it.each([undefined, ...EXAMPLES])('passes the linter with the values of the example %s', async (example) => {
    const options = example === undefined ? [] : ['--values', valuesOf(example)];
    const { code, output } = await run(helm, ['lint', '--strict', CHART, ...options], ROOT);
    expect([code, output]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  it.each(EXAMPLES)('renders deploy/kubernetes/%s.yaml', async (example) => {
    const { output } = await template('--values', valuesOf(example));
    // To update the file: helm template patchbay deploy/chart --values <values> > <file>
    expect(output).toBe(readFileSync(join(ROOT, `deploy/kubernetes/${example}.yaml`), 'utf8'));
  });

  it.each([
    ['the tag latest', ['image.tag=latest'], 'image/tag'],
    ['an incomplete digest', ['image.digest=sha256:1'], 'image/digest'],
    ['a negative number of processes', ['roles.all.replicas=-1'], 'roles/all/replicas'],
    ['an unknown key', ['roles.all.replica=1'], 'replica'],
    ['no processes', ['roles.all.enabled=false'], 'Enable roles.all'],
    ['processes that deliver nothing', ['roles.all.enabled=false', 'roles.api.enabled=true'], 'deliver nothing'],
    ['processes that take no events', ['roles.all.enabled=false', 'roles.worker.enabled=true'], 'take no events'],
    ['two roles behind a service', ['roles.api.enabled=true', 'roles.worker.enabled=true'], 'either roles.all'],
    ['an ingress without TLS', ['ingress.enabled=true', 'ingress.host=hub.example.com'], 'ingress.tlsSecret'],
  ])('refuses %s', async (_what, settings, message) => {
    const { code, output } = await template(...settings.flatMap((setting) => ['--set', setting]));
    expect([code === 0, output]).toEqual([false, expect.stringContaining(message)]);
  });

  it('renders every option to objects that fit the schemas of Kubernetes', async () => {
    const everything = [
      'image.digest=sha256:' + '0'.repeat(64),
      'image.pullSecrets[0]=registry',
      'ingress.enabled=true',
      'ingress.className=nginx',
      'ingress.host=hub.example.com',
      'ingress.tlsSecret=hub-tls',
      'ingress.annotations.a=b',
      'service.annotations.a=b',
      'podAnnotations.a=b',
      'serviceAccountName=patchbay',
      'nodeSelector.disk=ssd',
      'tolerations[0].key=a',
      'tolerations[0].operator=Exists',
      'env.PATCHBAY_PUBLIC_URL=https://hub.example.com',
      'settings.plugins[0]=@acme/plugins',
    ].flatMap((setting) => ['--set', setting]);
    const manifests = await Promise.all([
      template(),
      ...EXAMPLES.map((example) => template('--values', valuesOf(example), ...everything)),
    ]);
    for (const { code, output } of manifests) expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    const objects = manifests.flatMap(({ output }) => objectsIn(output));
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(
      new Set(['Deployment', 'Service', 'ConfigMap', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'Ingress']),
    );
    expect(await schemaProblems(objects)).toBe('');
  });

  it('would notice a wrong type and an unknown key', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
    expect(await schemaProblems([{ ...service, spec: { ports: [{ port: '80' }] } }])).toContain('TS2322');
    expect(await schemaProblems([{ ...service, spec: { port: [] } }])).toContain('\'"port"\' does not exist');
  });
});

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [key: string]: unknown;
}

function objectsIn(manifests: string): readonly KubernetesObject[] {
  return parseAllDocuments(manifests).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as KubernetesObject;
  });
}

/**
 * Returns the problems of objects. Writes the objects as TypeScript, because the compiler finds unknown keys, which the
 * schemas permit. Then runs the program, which checks the objects against the schemas.
 */
async function schemaProblems(objects: readonly KubernetesObject[]): Promise<string> {
  const folder = join(CACHE, 'manifests');
  mkdirSync(folder, { recursive: true });
  const kinds = new Map(objects.map(({ apiVersion, kind }) => [kind, apiVersion]));
  const source = [
    ...[...kinds].map(
      ([kind, version]) => `import { ${kind}, type I${kind} } from 'kubernetes-models/${version}/${kind}';`,
    ),
    ...objects.map(
      (object, at) =>
        `const object${at}: I${object.kind} = ${JSON.stringify(object)};\nnew ${object.kind}(object${at}).validate();`,
    ),
  ];
  const compilerOptions = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: [] };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['objects.ts'] }));
  writeFileSync(join(folder, 'objects.ts'), source.join('\n'));
  const compiled = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], folder);
  if (compiled.code !== 0) return compiled.output;
  const { code, output } = await run(process.execPath, ['objects.js'], folder);
  return code === 0 ? '' : output;
}
