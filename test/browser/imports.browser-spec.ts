import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { pointsIssued } from '../e2e/support/acme.js';
import { makeKey } from '../e2e/support/admin-routes.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { openAs } from './support/console.js';
import { startOperatorConsole, type OperatorConsole } from './support/operator-console.js';

const IMPORTS = '/v1/brands/acme/sources/capillary/imports';

let console: OperatorConsole;
beforeAll(async () => {
  console = await startOperatorConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Creates an import of a file. Resolves with the function that uploads the beginning of the file, or the whole file. */
async function createImport(fileName: string, text: string): Promise<(bytes?: number) => Promise<unknown>> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { body } = await console.hub.admin('POST', IMPORTS, { fileName, sizeBytes: bytes.length, sha256 });
  const path = `${IMPORTS}/${String(at(body, 'id'))}`;
  return (end = bytes.length) => console.hub.admin('PATCH', path, bytes.subarray(0, end), { 'upload-offset': '0' });
}

describe('the imports of a source', () => {
  it('show their progress while the page is open, and the first row without an event', async () => {
    const upload = await createImport('points.ndjson', 'not json\n');
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/sources/capillary');
    await page.getByRole('tab', { name: 'Imports' }).click();
    const row = page.locator('tr[data-row]').first();
    await row.getByText('Uploading (0 %)').waitFor();
    await upload();
    await row.getByText('Done').waitFor();
    expect(await row.innerText()).toMatch(/points\.ndjson[^]*Line 1: The body is not valid JSON\./);
    await close();
  });

  it('are started by an operator with a file, which continues an upload that was interrupted, and are cancelled', async () => {
    const text = `${JSON.stringify(pointsIssued('file-1'))}\n`;
    await (
      await createImport('missed.ndjson', text)
    )(20);
    const { key } = await makeKey(console.hub, { role: 'operator' });
    const { page, close } = await openAs(console, key, '/b/acme/sources/capillary?tab=imports');
    const newest = page.locator('tr[data-row]').first();
    await newest.getByText('Uploading').waitFor();
    const rows = await page.locator('tr[data-row]').count();
    await page.getByRole('button', { name: 'Import a file …' }).click();
    const file = { name: 'missed.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(text) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload and import' }).click();
    await newest.getByText('Done').waitFor();
    expect(await page.locator('tr[data-row]').count()).toBe(rows);
    expect(await newest.innerText()).toMatch(/missed\.ndjson/);

    await createImport('wrong.ndjson', text + text);
    await page.reload();
    await newest.getByRole('button', { name: 'Cancel …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the import' }).click();
    await newest.getByText('Cancelled').waitFor();
    await close();
  });
});
