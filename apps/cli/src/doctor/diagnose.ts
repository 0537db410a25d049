import { join } from 'node:path';
import { loadEnvironment, loadHubFile } from '@patchbay/config';
import { ConfigurationError, formatProblem, type JsonObject } from '@patchbay/core';
import { missingOptions, needsIn, needsLines } from '../api/change-confirmation.js';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { isJsonObject, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { applyRequest } from '../files/apply-request.js';
import { configDirectory, findBrandFiles, readBrandFile, type ReadBrandFile } from '../files/brand-files.js';
import { withLines } from '../files/problem-lines.js';
import { printable } from '../output/printable.js';
import { warningLines } from '../commands/configuration-warnings.js';
import { clockProblems } from './clock-problems.js';
import { connectionWarnings } from './connection-warnings.js';
import type { Finding } from './finding.js';
import { findingsOf, versionFinding } from './hub-diagnosis.js';
import { nodeProblem } from './node-problem.js';
import { pausedLookupProblems } from './paused-lookups.js';
import { publicUrlFinding } from './public-url.js';
import { serverFinding } from './server-reachable.js';
import { destinationsFinding } from './verified-destinations.js';

/** Versions of the running programs. */
interface Versions {
  readonly node: string;
  readonly command: string;
}

type Environment = CliContext['env'];

/** Checks the local setup, then the hub with its servers and destinations. Never throws. */
export async function diagnose(env: Environment, versions: Versions): Promise<readonly Finding[]> {
  const version = nodeProblem(versions.node);
  const files: ReadBrandFile[] = [];
  const local: Finding[] = [
    { name: `Node ${versions.node}`, problems: version === undefined ? [] : [version] },
    { name: 'environment', problems: await problemsOf(() => void loadEnvironment(env)) },
    {
      name: 'hub file',
      problems: loadHubFile(join(configDirectory(env), 'patchbay.yaml')).problems.map(formatProblem),
    },
    { name: 'brand files', problems: await problemsOf(() => readAll(env, files)) },
  ];
  return [...local, ...(await examineHub(env, local.at(-1)?.problems.length === 0 ? files : [], versions))];
}

async function examineHub(
  env: Environment,
  files: readonly ReadBrandFile[],
  versions: Versions,
): Promise<readonly Finding[]> {
  const address: { client?: HubClient } = {};
  const addressProblems = await problemsOf(() => {
    address.client = new HubClient(hubAddress(env));
  });
  const { client } = address;
  if (client === undefined) return [{ name: 'PATCHBAY_URL', problems: addressProblems }];
  const name = `hub at ${client.address.url}`;
  const ready: { body?: JsonObject | undefined } = {};
  const reached = await problemsOf(async () => {
    ready.body = await askReady(client);
  });
  if (reached.length > 0) return [{ name, problems: reached }, ...(await examineServers(env))];
  const key = await problemsOf(async () => {
    await client.get(apiPath('/v1/stats'));
  });
  const findings: Finding[] = [
    { name, problems: [] },
    { name: 'clocks', problems: clockProblems(ready.body) },
    { name: 'database connections', problems: [], ...withWarnings(connectionWarnings(ready.body)) },
    { name: 'configuration of the hub', problems: configurationProblems(ready.body) },
    { name: 'admin key', problems: key },
  ];
  if (key.length > 0) return findings;
  findings.push(...(await findingsBy('diagnosis of the hub', () => diagnosisFindings(client, versions))));
  findings.push(...(await findingsBy('destinations', async () => [await destinationsFinding(client)])));
  const lookups: { problems: readonly string[] } = { problems: [] };
  const unread = await problemsOf(async () => {
    lookups.problems = await pausedLookupProblems(client);
  });
  findings.push({ name: 'lookups', problems: [...unread, ...lookups.problems] });
  if (files.length === 0) return findings;
  const answered: { warnings: readonly string[] } = { warnings: [] };
  const accepted = await problemsOf(async () => {
    const planned = await dryRun(client, files);
    answered.warnings = warningLines(planned, files);
    refuseUnconfirmed(planned);
  });
  const checked = { name: 'brand files, checked by the hub', problems: accepted };
  return [...findings, { ...checked, ...withWarnings(answered.warnings) }];
}

/** Checks the servers of the hub that the environment names. */
async function examineServers(env: Environment): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL', 'REDIS_URL'].map((variable) =>
      serverFinding(env, variable),
    ),
  );
  return findings.filter((finding) => finding !== null);
}

async function diagnosisFindings(client: HubClient, versions: Versions): Promise<readonly Finding[]> {
  const diagnosis = await client.get(apiPath('/v1/diagnosis'));
  return [
    versionFinding(diagnosis, versions.command),
    ...findingsOf(diagnosis),
    await publicUrlFinding(textAt(diagnosis, 'publicUrl')),
  ];
}

/** Runs checks. If they fail, returns a finding of this name with the error. */
async function findingsBy(name: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const problems = await problemsOf(async () => {
    findings.push(...(await check()));
  });
  return problems.length === 0 ? findings : [{ name, problems }];
}

function withWarnings(warnings: readonly string[]): Pick<Finding, 'warnings'> {
  return warnings.length === 0 ? {} : { warnings };
}

function readAll(env: Environment, files: ReadBrandFile[]): void {
  files.push(...findBrandFiles(env, []).map((file) => readBrandFile(env, file)));
  const problems = files.flatMap(({ source }) => source.problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Returns the problem of a hub that is ready, but could not apply its brand files at start. */
function configurationProblems(ready: JsonObject | undefined): readonly string[] {
  const problem = textAt(ready, 'configuration');
  return problem === undefined ? [] : [printable(problem)];
}

async function askReady(client: HubClient): Promise<JsonObject | undefined> {
  const { status, body } = await client.request('get', apiPath('/health/ready'));
  if (status !== 200)
    throw new CliError(`The hub responds with ${status} and is not ready.`, 'Check the log of the hub for the reason.');
  return isJsonObject(body) ? body : undefined;
}

function dryRun(client: HubClient, files: readonly ReadBrandFile[]): Promise<JsonObject> {
  const mode = { dryRun: true, prune: false, complete: false, atMost: 0, confirmPrivacy: false, strict: false };
  return client.post(apiPath('/v1/apply'), applyRequest(files, mode)).catch((error: unknown) => {
    throw error instanceof CliError ? withLines(error, files) : error;
  });
}

function refuseUnconfirmed(planned: JsonObject): void {
  const needs = needsIn(planned);
  const missing = missingOptions(needs, {});
  if (missing.length === 0) return;
  throw new CliError(`${needsLines(needs).join('; ')}.`, `To apply this: patchbay apply ${missing.join(' ')}`);
}

async function problemsOf(check: () => void | Promise<void>): Promise<readonly string[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(formatProblem);
    if (!(error instanceof CliError)) return [error instanceof Error ? error.message : String(error)];
    const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    return [text, ...error.problems.map(formatProblem)];
  }
}
