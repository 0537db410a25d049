import { describe, expect, it } from '@jest/globals';
import type { DownloadRequest } from '../http-client.js';
import { emailAttachments } from './email-attachments.js';
import { EmailAttachment } from './email-message.js';

describe('emailAttachments', () => {
  it('allows 10 MB for all files together', async () => {
    const requests: DownloadRequest[] = [];
    const download = (request: DownloadRequest) => {
      requests.push(request);
      return Promise.resolve(new Uint8Array(4_000_000));
    };
    const attachments = ['a', 'b'].map((name) =>
      Object.assign(new EmailAttachment(), { url: `https://acme.example/${name}`, name, type: 'application/pdf' }),
    );
    const files = await emailAttachments({ download }, { attachments });
    expect(files.map(({ name, bytes }) => [name, bytes.byteLength])).toEqual([
      ['a', 4_000_000],
      ['b', 4_000_000],
    ]);
    expect(requests.map(({ maxBytes }) => maxBytes)).toEqual([10_000_000, 6_000_000]);
    expect(await emailAttachments({ download }, {})).toEqual([]);
  });
});
