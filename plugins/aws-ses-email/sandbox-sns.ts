import { createPublicKey, sign, X509Certificate, type KeyObject } from 'node:crypto';

/*
 * Amazon SNS, from its pages "Verifying the signatures of Amazon SNS messages" and "Parsing Amazon SNS message
 * formats".
 */

/** Path of the certificate to which messages of SNS refer. */
export const CERTIFICATE_PATH = '/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

/** Certificate for the key derived from the name `sns`; the private key is not stored anywhere. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICLDCCAZWgAwIBAgIUVQc1CyJkkkJaXeTJ1u7T31bylTYwDQYJKoZIhvcNAQEL
BQAwJzElMCMGA1UEAwwcc25zLmFtYXpvbmF3cy5jb20gKGludmVudGVkKTAgFw0y
NjExMjQyMjU2MThaGA8yMTI2MTAzMTIyNTYxOFowJzElMCMGA1UEAwwcc25zLmFt
YXpvbmF3cy5jb20gKGludmVudGVkKTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEAsoyNc9GTa7g4wmCo+eC3xSFsttqqrtuIQRs9Uz/aMn0gJd4LqjRQuy31SNSb
pjTnrFQinBcVG0rgRzPnbQ44qa8+fTX1Fi6fqmIUMuOZjAZEmtWpl3xRLCVkdqhq
qE/n0G/QmrJGBtF8jU6cH9soHxX/3KwdeH719rrmr8kDQD8CAwEAAaNTMFEwHQYD
VR0OBBYEFIlvKUhiFIvk7gSG01LUip4wLZxjMB8GA1UdIwQYMBaAFIlvKUhiFIvk
7gSG01LUip4wLZxjMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA
AE0zxgX1aNhLpGO3wGARNWpdvk8W2kJI3KhTykdP8E4yAToBCd4dqCZosMVjEPLJ
tlZTh87b06jb7FxlvaTyKVZ8MkJ02mNICpPnFc7X15eFe09JhB93AL9S02CP+GRo
G43jirsQwa4ALY9Y7tEpujiBxZ9ohS2RMMmp/MMsvtQ=
-----END CERTIFICATE-----
`;

/** Fields of an SNS message. */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly Message: string;
  readonly TopicArn: string;
  readonly Timestamp: string;
  readonly [name: string]: string;
}

/** Returns true if the certificate belongs to this key. With any other key, every signature is invalid. */
export function isCertificateOf(key: KeyObject): boolean {
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return new X509Certificate(CERTIFICATE).publicKey.export({ type: 'spki', format: 'der' }).equals(own);
}

/**
 * Returns the message as SNS posts it. The signature covers the values for the message's type, in the order of their
 * names.
 */
export function signedMessage(message: SnsMessage, key: KeyObject, version: '1' | '2' = '1'): string {
  const names =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name] ?? ''}\n`)
    .join('');
  const signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), key).toString('base64');
  return JSON.stringify({ ...message, SignatureVersion: version, Signature: signature }, null, 2);
}
