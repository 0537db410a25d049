import { afterEach, describe, expect, it } from '@jest/globals';
import type { AwsCredentials } from '@patchbay/plugin-sdk';
import { sharedAwsCredentials } from './aws-credentials.js';

const FOUND = { accessKeyId: 'AKIAINVENTEDHUB00001', secretAccessKey: 'invented/secret/of/the/hub' };

describe('the AWS credentials that the hub shares', () => {
  const logged: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => void logged.push(line) };
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
    logged.length = 0;
  });

  it('come from the default provider of AWS, and from nowhere if the operator names no brand', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = FOUND.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = FOUND.secretAccessKey;
    const shared = sharedAwsCredentials(['acme'], logger);
    expect(shared?.brands).toEqual(['acme']);
    expect(await shared?.fetch()).toMatchObject(FOUND);
    expect(sharedAwsCredentials([], logger)).toBeUndefined();
  });

  it('are missing until the hub found them once, and are retried after that', async () => {
    const answers: (AwsCredentials | Error)[] = [new Error('in /root/.aws'), FOUND, new Error('in /root/.aws')];
    const shared = sharedAwsCredentials(['acme'], logger, () => {
      const next = answers.shift();
      return next instanceof Error || next === undefined ? Promise.reject(next ?? new Error()) : Promise.resolve(next);
    });
    const missing = { kind: 'credentials', message: expect.stringContaining('The hub has no AWS credentials.') };
    await expect(shared?.fetch()).rejects.toMatchObject(missing);
    expect(await shared?.fetch()).toEqual(FOUND);
    await expect(shared?.fetch()).rejects.toMatchObject({ kind: 'transient' });
    expect(JSON.stringify(logged)).not.toContain('/root');
  });
});
