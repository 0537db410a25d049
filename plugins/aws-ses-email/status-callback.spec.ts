import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CallbackRequest, JsonObject } from '@patchbay/plugin-sdk';
import { answer, inventedRsaKey, type CallbackCall } from '@patchbay/testing';
import { PluginBench } from '@patchbay/testing/suite';
import sandbox from './sandbox.js';
import { CERTIFICATE, CERTIFICATE_PATH, isCertificateOf, signedMessage, type SnsMessage } from './sandbox-sns.js';
import { updatesIn } from './ses-event.js';
import { certificateUrlOf, confirmationUrlOf, isSignedBy, snsMessageIn } from './sns-message.js';

const folder = new URL('.', import.meta.url);
const KEY = inventedRsaKey('sns');
const SNS = 'https://sns.eu-west-1.amazonaws.com';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:ses-events';

const notification: SnsMessage = {
  Type: 'Notification',
  MessageId: 'm-1',
  TopicArn: TOPIC,
  Subject: 'Amazon SES Email Event Notification',
  Message: '{"eventType":"Delivery"}\n',
  Timestamp: '2026-01-31T10:00:00.000Z',
  SigningCertURL: `${SNS}${CERTIFICATE_PATH}`,
};
const confirmation: SnsMessage = {
  ...notification,
  Type: 'SubscriptionConfirmation',
  Token: 'invented-token',
  SubscribeURL: `${SNS}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=invented-token`,
};
const texts = (message: SnsMessage, version: '1' | '2' = '1') =>
  snsMessageIn(Buffer.from(signedMessage(message, KEY, version))) ?? {};

describe('the signature of SNS', () => {
  it('is made with the key of the sandbox’s certificate', () => {
    expect(isCertificateOf(KEY)).toBe(true);
  });

  it.each([
    ['a notification, SHA-1', texts(notification)],
    ['a notification, SHA-256', texts(notification, '2')],
    ['a notification without a subject', texts((({ Subject: _none, ...rest }) => rest)(notification))],
    ['a confirmation', texts(confirmation)],
    ['the end of a subscription', texts({ ...confirmation, Type: 'UnsubscribeConfirmation' })],
  ])('holds for %s', (_name, message) => {
    expect(isSignedBy(CERTIFICATE, message)).toBe(true);
  });

  it('covers every text with a meaning', () => {
    for (const name of ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'Signature']) {
      const message = texts(notification);
      expect([name, isSignedBy(CERTIFICATE, { ...message, [name]: `x${message[name] ?? ''}` })]).toEqual([name, false]);
      expect([name, isSignedBy(CERTIFICATE, { ...message, [name]: undefined })]).toEqual([name, false]);
    }
    for (const name of ['SubscribeURL', 'Token']) {
      const message = texts(confirmation);
      expect([name, isSignedBy(CERTIFICATE, { ...message, [name]: 'x' })]).toEqual([name, false]);
    }
  });

  it.each<[string, string, Record<string, string>]>([
    ['a version of another digest', CERTIFICATE, { SignatureVersion: '2' }],
    ['an unknown version', CERTIFICATE, { SignatureVersion: '3' }],
    ['a version that is the name of an object property', CERTIFICATE, { SignatureVersion: 'toString' }],
    ['an invalid certificate', 'no certificate', {}],
    ['the certificate in another format', CERTIFICATE.replace('MIICLDCC', 'MIICLDCB'), {}],
  ])('is invalid with %s', (_name, certificate, changes) => {
    expect(isSignedBy(certificate, { ...texts(notification), ...changes })).toBe(false);
  });
});

describe('the URLs of a message', () => {
  it.each([
    `https://sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://sns.us-gov-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://sns.cn-north-1.amazonaws.com.cn${CERTIFICATE_PATH}`,
  ])('%s is a certificate of SNS', (SigningCertURL) => {
    expect(certificateUrlOf({ SigningCertURL }).href).toBe(SigningCertURL);
  });

  it.each([
    '',
    'no URL',
    `http://sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://sns.eu-west-1.amazonaws.com:8443${CERTIFICATE_PATH}`,
    `https://sns.eu-west-1.amazonaws.com.evil.example${CERTIFICATE_PATH}`,
    `https://sns.eu-west-1.amazonaws.com@evil.example${CERTIFICATE_PATH}`,
    `https://evil.example/sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://evil-sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://s3.eu-west-1.amazonaws.com${CERTIFICATE_PATH}`,
    `https://sns.eu-west-1.amazonaws.com/bucket${CERTIFICATE_PATH}`,
    `https://sns.eu-west-1.amazonaws.com${CERTIFICATE_PATH}?redirect=1`,
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.txt',
    'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
  ])('%s has none', (SigningCertURL) => {
    expect(() => certificateUrlOf({ SigningCertURL })).toThrow();
  });

  it('confirm a subscription at SNS, and nothing else', () => {
    expect(confirmationUrlOf(confirmation).searchParams.get('Token')).toBe('invented-token');
    for (const SubscribeURL of [
      '',
      'https://evil.example/?Action=ConfirmSubscription',
      `${SNS}/?Action=DeleteTopic&TopicArn=${TOPIC}`,
      `${SNS}/other?Action=ConfirmSubscription`,
    ]) {
      expect(() => confirmationUrlOf({ SubscribeURL })).toThrow();
    }
  });
});

describe('an event of SES', () => {
  it.each(['', 'null', '{}', '{"mail":[]}', '{"eventType":"toString","mail":{}}', '{"eventType":5,"mail":{}}'])(
    'contains no status update in %s',
    (text) => {
      expect(updatesIn(text)).toEqual([]);
    },
  );

  it('keeps addresses and numbers out of the details of a receiving server', () => {
    const diagnosticCode = `smtp; 550 <customer@example.com> +919000000001 unknown ${'x'.repeat(2_000)}`;
    const bounce = { bounceType: 'Permanent', bouncedRecipients: [{ diagnosticCode }] };
    const [update] = updatesIn(JSON.stringify({ eventType: 'Bounce', bounce, mail: { messageId: 'm-1' } }));
    expect(update?.detail).toMatch(/^Permanent: smtp; 550 <…> … unknown x+$/);
    expect(update?.detail).toHaveLength(200);
  });

  it('concerns the address at the end of a header, which is read in linear time', () => {
    const event = (to: string): string =>
      JSON.stringify({
        eventType: 'Bounce',
        mail: { messageId: 'm-1', commonHeaders: { to: [to] } },
        bounce: { bouncedRecipients: [{ emailAddress: 'asha@example.com' }] },
      });
    expect(updatesIn(event('"a < b > c" <Asha@example.com>'))).toHaveLength(1);
    expect(updatesIn(event('asha@example.com'))).toHaveLength(1);
    expect(updatesIn(event('Asha <other@example.com>'))).toEqual([]);
    const begunAt = performance.now();
    expect(updatesIn(event(`${'>'.repeat(200_000)}\n`))).toEqual([]);
    // A quadratic reader takes longer.
    expect(performance.now() - begunAt).toBeLessThan(5_000);
  });

  it('is accepted without its details', () => {
    const odd = { eventType: 'Bounce', bounce: { bouncedRecipients: {} }, mail: { messageId: 'm-1', tags: [] } };
    expect(updatesIn(JSON.stringify(odd))).toEqual([{ externalId: 'm-1', status: 'bounced' }]);
  });
});

describe('a call of SNS', () => {
  let bench: PluginBench;

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const delivered = { eventType: 'Delivery', mail: { messageId: 'm-1' } };
  const made = (payload: JsonObject): CallbackCall => {
    const call = sandbox.callbacks?.call('https://hub.example.com/', payload, bench.sandbox.credentials);
    if (!call) throw new Error('The sandbox makes no callbacks.');
    return call;
  };
  const heard = (call: CallbackCall, settings: JsonObject = {}): Promise<boolean> => {
    const request: CallbackRequest = { ...call, rawBody: Buffer.from(call.body) };
    const own = bench.destination({ settings });
    return bench.gateway.authenticateCallback('aws-ses-email', request, own);
  };
  const paths = () => bench.sandbox.requests.map(({ path }) => path);

  it('is accepted only for the topic in the settings', async () => {
    expect(await heard(made(delivered))).toBe(true);
    expect(await heard(made(delivered), { topicArn: `${TOPIC}-of-a-neighbour` })).toBe(false);
    expect(await heard(made(delivered), { topicArn: null })).toBe(false);
  });

  it('fetches a certificate once', async () => {
    await heard(made(delivered));
    bench.sandbox.clear();
    expect(await heard(made(delivered))).toBe(true);
    expect(paths()).toEqual([]);
  });

  it('is refused without a request if the certificate belongs to another host', async () => {
    const call = made(delivered);
    const body = call.body.replaceAll('sns.eu-west-1.amazonaws.com', 'evil.example');
    expect(await heard({ ...call, body })).toBe(false);
    expect(paths()).toEqual([]);
  });

  it('is refused if the certificate is unavailable, and accepted once it is available', async () => {
    const other = '/SimpleNotificationService-0000000000000000000000000000000f.pem';
    const call = made(delivered);
    const body = call.body.replace(CERTIFICATE_PATH, other);
    expect(await heard({ ...call, body })).toBe(false);
    bench.sandbox.next(answer(200, CERTIFICATE), 'other');
    expect(await heard({ ...call, body })).toBe(true);
  });

  it('confirms a subscription of the topic, if the call is genuine', async () => {
    const genuine = made({ confirm: 'invented-token' });
    expect(await heard(genuine)).toBe(true);
    expect(paths().filter((path) => path === '/')).toEqual(['/']);
    bench.sandbox.clear();
    for (const body of [
      genuine.body.replace('Token=invented-token', 'Token=another-token'),
      genuine.body.replaceAll('invented-token', 'another-token'),
    ]) {
      expect(await heard({ ...genuine, body })).toBe(false);
    }
    expect(await heard(genuine, { topicArn: null })).toBe(false);
    expect(paths()).toEqual([]);
  });

  it('is refused if SNS refuses the confirmation, so that SNS repeats it', async () => {
    bench.sandbox.next(answer(500, '<ErrorResponse/>'), 'confirm');
    expect(await heard(made({ confirm: 'invented-token' }))).toBe(false);
  });

  it('is refused if header and body name different types', async () => {
    const call = made(delivered);
    const headers = { ...call.headers, 'x-amz-sns-message-type': 'SubscriptionConfirmation' };
    expect(await heard({ ...call, headers })).toBe(false);
  });

  it('is refused hours after SNS’s last attempt, and if its time is in the future', async () => {
    const now = Date.now();
    const call = made(delivered);
    const clock = jest.spyOn(bench.clock, 'now');
    const heardAfter = async (ms: number): Promise<boolean> => {
      clock.mockReturnValue(now + ms);
      return await heard(call);
    };
    expect(await heardAfter(0)).toBe(true);
    expect(await heardAfter(3_600_000)).toBe(true);
    expect(await heardAfter(3 * 3_600_000)).toBe(false);
    expect(await heardAfter(-1_200_000)).toBe(false);
    clock.mockRestore();
  });
});
