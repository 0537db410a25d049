import { errorOf, PatchbayError } from '@patchbay/client';
import type { CreatedSource } from '../sources/source-form';

/** Posts an event to the ingest URL as its sender would. Throws a {@link PatchbayError} if the hub refuses it. */
export async function sendSample(url: string, created: CreatedSource | null, body: object): Promise<void> {
  if (created === null) return;
  const { name, value } = created.header;
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', [name]: value },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new PatchbayError('unreachable');
  });
  if (!response.ok) throw await errorOf(response);
}
