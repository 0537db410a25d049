import type { HttpClient } from '../http-client.js';
import type { EmailMessage } from './email-message.js';

/** Maximum size of all attachments of an e-mail in bytes. */
const LIMIT_BYTES = 10_000_000;

/** Downloaded attachment. */
export interface AttachedFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * Downloads the attachments of an e-mail one after another, at most 10 MB in all.
 * @throws a DeliveryError like {@link HttpClient.download}
 */
export async function emailAttachments(
  http: Pick<HttpClient, 'download'>,
  { attachments = [] }: Pick<EmailMessage, 'attachments'>,
): Promise<readonly AttachedFile[]> {
  const files: AttachedFile[] = [];
  let left = LIMIT_BYTES;
  for (const { url, name, type } of attachments) {
    const bytes = await http.download({ url, maxBytes: left });
    left -= bytes.byteLength;
    files.push({ name, type, bytes });
  }
  return files;
}
