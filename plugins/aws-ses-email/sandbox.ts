import { randomUUID } from 'node:crypto';
import {
  isJsonObject,
  type Address,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type VendorStatus,
} from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  fileRoute,
  inventedRsaKey,
  requestSchema,
  type Behaviour,
  type CallbackCall,
  type CallbackSample,
  type SandboxAnswer,
  type SandboxFrame,
  type SandboxRequest,
} from '@patchbay/testing';
import { signatureOf } from './sandbox-signature.js';
import { CERTIFICATE, CERTIFICATE_PATH, signedMessage, type SnsMessage } from './sandbox-sns.js';
import { SEND_EMAIL } from './send-email.schema.js';

/*
 * Amazon SES and SNS, from the following pages: the API v2 reference ("SendEmail", "GetAccount", "Common Error Types");
 * "Errors related to the sending quotas"; "Contents of event data that Amazon SES publishes to Amazon SNS" with its
 * examples.
 */

const ACCESS_KEY_ID = 'AKIAINVENTEDSANDBOX1';
const SECRET = 'invented/secret+access/key+of+the+sandbox001';
/** Temporary credentials, from "Using temporary credentials with AWS resources": the request carries the token. */
export const TEMPORARY = {
  accessKeyId: 'ASIAINVENTEDSANDBOX1',
  secretAccessKey: 'invented/secret+of+temporary/credentials001',
  sessionToken: 'invented/session+token/of+the+sandbox//////////0001==',
} as const;
const REGION = 'eu-west-1';
const CONFIGURATION_SET = 'patchbay';
const TEMPLATE = 'points';
const TOPIC = `arn:aws:sns:${REGION}:123456789012:ses-events`;
const VERIFIED_DOMAIN = '@acme.example';
const SNS_HOST = `https://sns.${REGION}.amazonaws.com`;

const SNS_KEY = inventedRsaKey('sns');
const SOMEBODY_ELSE = inventedRsaKey('somebody else than sns');

/**
 * Customer's address that the SES account has not verified. An account in the SES sandbox sends to verified addresses
 * only.
 */
const NOT_VERIFIED = 'customer@not-verified.example';

/** Returns an error response, with the error's name in the body and in a header. */
function failure(status: number, name: string, message: string): SandboxAnswer {
  return {
    status,
    headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazonaws.services.simpleemailv2/` },
    body: { message },
  };
}

function failing(status: number, name: string, message: string): Behaviour {
  const { headers, body } = failure(status, name, message);
  return answer(status, body, headers);
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Returns the error of a request whose signature is wrong, from "Common Error Types"; undefined if the signature is
 * valid.
 */
function signatureProblem(request: SandboxRequest): SandboxAnswer | undefined {
  const signature = signatureOf(request);
  if (!signature) return failure(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (signature.accessKeyId === TEMPORARY.accessKeyId) {
    const isValid = request.headers['x-amz-security-token'] === TEMPORARY.sessionToken;
    if (!isValid) return failure(403, 'UnrecognizedClientException', 'The security token is invalid.');
    return signature.isBy(TEMPORARY.secretAccessKey)
      ? undefined
      : failure(403, 'InvalidSignatureException', 'The request signature we calculated does not match.');
  }
  if (signature.accessKeyId !== ACCESS_KEY_ID) {
    return failure(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (!signature.isBy(SECRET)) {
    const words = 'The request signature we calculated does not match the signature you provided.';
    return failure(403, 'InvalidSignatureException', words);
  }
  if (signature.region !== REGION || signature.service !== 'ses') {
    return failure(403, 'InvalidSignatureException', 'Credential should be scoped to a valid region.');
  }
  return undefined;
}

const documented = requestSchema(SEND_EMAIL);

function addressIn(value: string): string {
  return /<([^>]+)>$/.exec(value)?.[1] ?? value;
}

/** Returns the error of SES for an invalid message; undefined if the message is valid. */
function problemOf(mail: JsonObject): SandboxAnswer | undefined {
  const { ToAddresses: to } = object(mail.Destination);
  const recipients = Array.isArray(to) ? to.map(text) : [];
  if (recipients.length === 0) return failure(400, 'BadRequestException', 'Destination is required.');
  for (const recipient of recipients) {
    if (!/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(recipient)) {
      return failure(400, 'BadRequestException', "Local address contains control or whitespace, or lacks '@domain'");
    }
  }
  const set = mail.ConfigurationSetName;
  if (set !== undefined && set !== CONFIGURATION_SET) {
    return failure(404, 'NotFoundException', `Configuration set <${text(set)}> does not exist.`);
  }
  const from = addressIn(text(mail.FromEmailAddress));
  const failed = [from].filter((one) => !one.endsWith(VERIFIED_DOMAIN));
  const unverified = [...failed, ...recipients.filter((one) => one === NOT_VERIFIED)];
  if (unverified.length > 0) {
    const where = `in region ${REGION.toUpperCase()}: ${unverified.join(', ')}`;
    return failure(
      400,
      'MessageRejected',
      `Email address is not verified. The following identities failed the check ${where}`,
    );
  }
  const { Template: template, Simple: simple } = object(mail.Content);
  const name = object(template).TemplateName;
  if (template !== undefined && name !== TEMPLATE) {
    return failure(404, 'NotFoundException', `Template ${text(name)} does not exist`);
  }
  const { Text: plain, Html: html } = object(object(simple).Body);
  if (simple !== undefined && plain === undefined && html === undefined) {
    return failure(400, 'BadRequestException', 'A body is required.');
  }
  return undefined;
}

function send(request: SandboxRequest, frame: SandboxFrame): SandboxAnswer {
  const refused = signatureProblem(request);
  if (refused) return refused;
  const mail = request.jsonObject();
  if (mail === undefined) return failure(400, 'SerializationException', 'The body is not valid JSON.');
  const wrong = problemOf(mail);
  if (wrong) return wrong;
  for (const misfit of documented(mail)) frame.violation(`SendEmail: ${misfit}`);

  const externalId = `01020193${randomUUID().slice(8)}-000000`;
  const { Simple: simple, Template: template } = object(mail.Content);
  const { Subject: subject, Body: body } = object(simple);
  const { Text: plain, Html: html } = object(body);
  const words = text(object(plain).Data) || text(object(html).Data) || JSON.stringify(template ?? null);
  const { ToAddresses: to } = object(mail.Destination);
  frame.receive(
    {
      to: Array.isArray(to) ? text(to[0]) : null,
      text: words,
      ...(simple !== undefined && { subject: text(object(subject).Data) }),
      externalId,
      status: 'Send',
    },
    request,
  );
  return { status: 200, body: { MessageId: externalId } };
}

function account(request: SandboxRequest): SandboxAnswer {
  return (
    signatureProblem(request) ?? {
      status: 200,
      body: {
        DedicatedIpAutoWarmupEnabled: false,
        EnforcementStatus: 'HEALTHY',
        ProductionAccessEnabled: true,
        SendingEnabled: true,
        SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 12 },
      },
    }
  );
}

/** Confirms a subscription of the hub to an SNS topic. The response is XML, as in the Query API of SNS. */
function confirmSubscription({ query }: SandboxRequest): SandboxAnswer {
  const known = query.get('Action') === 'ConfirmSubscription' && query.get('TopicArn') === TOPIC && query.get('Token');
  return known
    ? { status: 200, headers: { 'content-type': 'text/xml' }, body: '<ConfirmSubscriptionResponse/>' }
    : { status: 400, headers: { 'content-type': 'text/xml' }, body: '<ErrorResponse/>' };
}

/** Returns the call of SNS. `payload` is an event of SES, or `{confirm: token}` for a subscription confirmation. */
function snsCall(url: string, payload: JsonObject, credentials: JsonObject, at = Date.now()): CallbackCall {
  const common = {
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Timestamp: new Date(at).toISOString(),
    SigningCertURL: `${SNS_HOST}${CERTIFICATE_PATH}`,
  };
  const token = payload.confirm;
  const message: SnsMessage =
    typeof token === 'string'
      ? {
          ...common,
          Type: 'SubscriptionConfirmation',
          Message: `You have chosen to subscribe to the topic ${TOPIC}.\nTo confirm, visit the SubscribeURL.`,
          Token: token,
          SubscribeURL: `${SNS_HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${token}`,
        }
      : {
          ...common,
          Type: 'Notification',
          Subject: 'Amazon SES Email Event Notification',
          Message: JSON.stringify(payload),
          UnsubscribeURL: `${SNS_HOST}/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:1`,
        };
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': message.Type,
      'x-amz-sns-topic-arn': TOPIC,
    },
    body: signedMessage(message, credentials.secretAccessKey === SECRET ? SNS_KEY : SOMEBODY_ELSE),
  };
}

export default defineSandbox({
  type: 'aws-ses-email',
  label: 'Amazon SES',
  credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET },
  wrongCredentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: 'invented/secret+access/key+of+yesterday/0001' },
  storedSettings: [{ region: 'eu-west-1', from: 'hello@acme.example', configurationSet: 'patchbay' }],
  settings: (baseUrl) => ({
    region: REGION,
    from: 'hello@acme.example',
    fromName: 'Acme',
    configurationSet: CONFIGURATION_SET,
    topicArn: TOPIC,
    baseUrl,
  }),
  message: {
    to: 'customer@example.com',
    subject: 'You earned 100 points',
    text: 'Your balance is 120.',
    html: '<p>Your balance is <b>120</b>.</p>',
  },
  samples: [
    {
      name: 'a template with every option',
      message: (baseUrl) => ({
        attachments: [{ url: `${baseUrl}/files/receipt.pdf`, name: 'receipt.pdf', type: 'application/pdf' }],

        ...{ subject: null, text: null, html: null, templateId: TEMPLATE, data: { points: 100 } },
        ...{ cc: ['cc@example.com'], bcc: ['bcc@example.com'], from: 'points@acme.example', fromName: 'Points' },
        ...{
          replyTo: 'care@acme.example',
          unsubscribeUrl: 'https://acme.example/u/1',
          headers: { 'X-Campaign': 'points' },
        },
        ...{ tags: { campaign: 'points' }, contactList: 'loyalty', topic: 'points' },
        vendor: { TenantName: 'acme' },
      }),
    },
  ],

  start: (frame) => [
    fileRoute,
    {
      name: 'send',
      method: 'POST',
      path: '/v2/email/outbound-emails',
      sends: true,
      handle: (request) => send(request, frame),
    },
    { name: 'account', method: 'GET', path: '/v2/email/account', handle: account },
    {
      name: 'certificate',
      method: 'GET',
      path: CERTIFICATE_PATH,
      handle: () => ({ status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: CERTIFICATE }),
    },
    { name: 'confirm', method: 'GET', path: '/', handle: confirmSubscription },
    {
      name: 'other',
      method: '*',
      path: '*',
      handle: () => failure(404, 'UnknownOperationException', 'Unknown operation.'),
    },
  ],

  errors: [
    {
      name: '403 UnrecognizedClientException',
      credentials: { accessKeyId: 'AKIAINVENTEDUNKNOWN1' },
      expected: { kind: 'credentials', status: 403, vendorCode: 'UnrecognizedClientException' },
    },
    {
      name: '403 InvalidSignatureException',
      credentials: { secretAccessKey: 'invented/secret+access/key+of+yesterday/0001' },
      expected: { kind: 'credentials', status: 403, vendorCode: 'InvalidSignatureException' },
    },
    {
      name: '403 AccessDeniedException',
      behaviour: failing(403, 'AccessDeniedException', 'User is not authorized to perform ses:SendEmail'),
      expected: { kind: 'credentials', status: 403, vendorCode: 'AccessDeniedException' },
    },
    {
      name: '400 MessageRejected, sender not verified',
      settings: { from: 'hello@elsewhere.example' },
      expected: { kind: 'credentials', status: 400, vendorCode: 'MessageRejected' },
    },
    {
      name: '400 MessageRejected, account in the SES sandbox',
      message: { to: NOT_VERIFIED },
      expected: { kind: 'rejected', status: 400, vendorCode: 'MessageRejected' },
    },
    {
      name: '400 MessageRejected, content',
      behaviour: failing(400, 'MessageRejected', 'Transaction failed: Message contains invalid content.'),
      expected: { kind: 'rejected', status: 400, vendorCode: 'MessageRejected' },
    },
    {
      name: '400 BadRequestException',
      behaviour: failing(400, 'BadRequestException', "Missing final '@domain'"),
      expected: { kind: 'rejected', status: 400, vendorCode: 'BadRequestException' },
    },
    {
      name: '400 MailFromDomainNotVerifiedException',
      behaviour: failing(400, 'MailFromDomainNotVerifiedException', 'The MAIL FROM domain is not verified.'),
      expected: { kind: 'credentials', status: 400, vendorCode: 'MailFromDomainNotVerifiedException' },
    },
    {
      name: '400 AccountSuspendedException',
      behaviour: failing(400, 'AccountSuspendedException', 'Your account is suspended.'),
      expected: { kind: 'credentials', status: 400, vendorCode: 'AccountSuspendedException' },
    },
    {
      name: '400 SendingPausedException',
      behaviour: failing(400, 'SendingPausedException', 'Email sending is disabled.'),
      expected: { kind: 'credentials', status: 400, vendorCode: 'SendingPausedException' },
    },
    {
      name: '404 NotFoundException, configuration set',
      settings: { configurationSet: 'nowhere' },
      expected: { kind: 'credentials', status: 404, vendorCode: 'NotFoundException' },
    },
    {
      name: '404 NotFoundException, a template',
      message: { subject: null, text: null, html: null, templateId: 'nowhere' },
      expected: { kind: 'rejected', status: 404, vendorCode: 'NotFoundException' },
    },
    {
      name: '429 TooManyRequestsException, sending rate',
      behaviour: failing(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'),
      expected: { kind: 'throttled', status: 429, vendorCode: 'TooManyRequestsException', retryAfterMs: 1_000 },
    },
    {
      name: '429 TooManyRequestsException, daily quota',
      behaviour: failing(429, 'TooManyRequestsException', 'Daily message quota exceeded.'),
      expected: { kind: 'throttled', status: 429, vendorCode: 'TooManyRequestsException', retryAfterMs: 600_000 },
    },
    {
      name: '400 LimitExceededException',
      behaviour: failing(400, 'LimitExceededException', 'There are too many instances of the resource.'),
      expected: { kind: 'throttled', status: 400, vendorCode: 'LimitExceededException' },
    },
    {
      name: '400 ThrottlingException, common to AWS',
      behaviour: failing(400, 'ThrottlingException', 'Rate exceeded'),
      expected: { kind: 'throttled', status: 400, vendorCode: 'ThrottlingException' },
    },
    {
      name: '500 InternalServiceErrorException',
      behaviour: failing(500, 'InternalServiceErrorException', 'Unexpected error.'),
      expected: { kind: 'unconfirmed', status: 500, vendorCode: 'InternalServiceErrorException' },
    },
    {
      name: '503 ServiceUnavailable, named in the body only',
      behaviour: answer(503, { __type: 'com.amazon.coral.service#ServiceUnavailable', message: 'Try again.' }),
      expected: { kind: 'transient', status: 503, vendorCode: 'ServiceUnavailable' },
    },
    {
      name: '502 in HTML, from a proxy',
      behaviour: answer(502, '<html><body>Bad Gateway</body></html>'),
      expected: { kind: 'unconfirmed', status: 502 },
    },
  ],

  callbacks: {
    proof: 'signature',
    call: (url, payload, credentials) => snsCall(url, payload, credentials),
    changed: (call) => ({ ...call, body: call.body.replace('customer@example.com', 'somebody@example.com') }),
    samples: (deliveryId) => {
      const sample = (
        event: JsonObject,
        status: VendorStatus | undefined,
        more: { at?: string; detail?: string } = {},
        recipients: readonly RecipientUpdate[] = [],
      ): CallbackSample => {
        const payload = { ...event, mail: mailObject(deliveryId) };
        const update = { deliveryId, externalId: MESSAGE_ID, ...more };
        return {
          name: Object.values(event).map(nameOf).join(' '),
          payload,
          updates: status ? [{ ...update, status }] : [],
          recipients,
        };
      };
      return [
        sample({ eventType: 'Delivery', delivery: { timestamp: LATER, smtpResponse: '250 OK' } }, 'delivered', {
          at: LATER,
        }),
        sample({ eventType: 'Send', send: {} }, 'accepted', { at: SENT }),
        sample({ eventType: 'Reject', reject: { reason: 'Bad content' } }, 'failed', {
          at: SENT,
          detail: 'Bad content',
        }),
        sample(
          { eventType: 'Bounce', bounce: bounce('Permanent', 'General') },
          'bounced',
          {
            at: LATER,
            detail: 'Permanent General: smtp; 550 5.1.1 <…>: unknown',
          },
          [{ address: CUSTOMER, change: 'hard_bounce', at: LATER, detail: 'General' }],
        ),
        sample({ eventType: 'Bounce', bounce: bounce('Transient', 'MailboxFull') }, 'undelivered', {
          at: LATER,
          detail: 'Transient MailboxFull: smtp; 550 5.1.1 <…>: unknown',
        }),
        sample({ eventType: 'Bounce', bounce: bounce('Undetermined', 'Undetermined') }, 'bounced', {
          at: LATER,
          detail: 'Undetermined Undetermined: smtp; 550 5.1.1 <…>: unknown',
        }),
        sample(
          {
            eventType: 'DeliveryDelay',
            deliveryDelay: { timestamp: LATER, delayType: 'TransientCommunicationFailure' },
          },
          'accepted',
          { at: LATER, detail: 'TransientCommunicationFailure' },
        ),
        sample({ eventType: 'Open', open: { timestamp: LATER, ipAddress: '192.0.2.1', userAgent: 'Mail' } }, 'opened', {
          at: LATER,
        }),
        sample({ eventType: 'Click', click: { timestamp: LATER, link: 'https://acme.example' } }, 'clicked', {
          at: LATER,
        }),
        sample(
          {
            eventType: 'Rendering Failure',
            failure: { templateName: TEMPLATE, errorMessage: 'Attribute "a" is missing' },
          },
          'failed',
          { at: SENT, detail: 'Attribute "a" is missing' },
        ),
        sample(
          {
            eventType: 'Complaint',
            complaint: {
              timestamp: LATER,
              complaintFeedbackType: 'abuse',
              complainedRecipients: [{ emailAddress: CUSTOMER.value }, { emailAddress: 'other@example.com' }],
            },
          },
          undefined,
          {},
          [
            { address: CUSTOMER, change: 'complaint', at: LATER, detail: 'abuse' },
            { address: { kind: 'email', value: 'other@example.com' }, change: 'complaint', at: LATER, detail: 'abuse' },
          ],
        ),
        sample(
          {
            eventType: 'Complaint',
            complaint: {
              timestamp: LATER,
              complaintFeedbackType: 'not-spam',
              complainedRecipients: [{ emailAddress: CUSTOMER.value }],
            },
          },
          undefined,
        ),
        sample(
          { eventType: 'Subscription', subscription: { timestamp: LATER, source: 'UnsubscribeHeader' } },
          undefined,
        ),
        sample({ eventType: 'an event type that SES may add later' }, undefined),
        {
          name: 'a notification of an identity, which has no tags',
          payload: {
            notificationType: 'Delivery',
            delivery: { timestamp: LATER },
            mail: { ...mailObject(deliveryId), tags: {} },
          },
          updates: [{ externalId: MESSAGE_ID, status: 'delivered', at: LATER }],
        },
        { name: 'the confirmation of a subscription', payload: { confirm: 'invented-token' }, updates: [] },
      ];
    },
  },
});

const MESSAGE_ID = '0102019300000000-invented-0001-000000';
const SENT = '2026-01-31T10:00:01.000Z';
const LATER = '2026-01-31T10:00:07.123Z';

function nameOf(value: Json): string {
  return typeof value === 'string' ? value : text(object(value).bounceType);
}

/** Returns the property `mail` of an event, from "The mail object". */
function mailObject(deliveryId: string): JsonObject {
  return {
    timestamp: SENT,
    messageId: MESSAGE_ID,
    source: 'hello@acme.example',
    sendingAccountId: '123456789012',
    destination: ['customer@example.com'],
    headersTruncated: false,
    headers: [{ name: 'To', value: 'customer@example.com' }],
    tags: { 'ses:configuration-set': [CONFIGURATION_SET], patchbay_delivery_id: [deliveryId] },
  };
}

/** Returns the property `bounce` of an event, as in the section "Bounce object" of the SES documentation. */
const CUSTOMER: Address = { kind: 'email', value: 'customer@example.com' };

function bounce(bounceType: string, bounceSubType: string): JsonObject {
  return {
    feedbackId: '0102019300000000-invented-feedback-000000',
    bounceType,
    bounceSubType,
    bouncedRecipients: [
      {
        emailAddress: 'customer@example.com',
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 <customer@example.com>: unknown',
      },
    ],
    timestamp: LATER,
    reportingMTA: 'dsn; a1-2.smtp-out.eu-west-1.amazonses.com',
  };
}
