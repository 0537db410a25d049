import { answerOf, type Entry, type RequestBody } from '@patchbay/client';
import { api } from '../../api/client';

/** Path of the imports of a source. */
export const IMPORTS = '/v1/brands/{brand}/sources/{source}/imports';

/** Import of a file into a source. */
export type Import = Entry<typeof IMPORTS>;

/** Fields of an import that is being created. */
export type ImportRequest = RequestBody<typeof IMPORTS, 'post'>;

/** Source whose events the rows of a file become. */
export interface ImportTarget {
  readonly brand: string;
  readonly source: string;
}

/** Cancels an import. */
export async function cancelImport({ brand, source }: ImportTarget, id: string): Promise<void> {
  await answerOf(api.POST(`${IMPORTS}/{id}/cancel`, { params: { path: { brand, source, id } } }));
}

/** Returns the calls of the hub that upload a file, see `UploadCalls`. */
export function uploadCalls({ brand, source }: ImportTarget, signal: AbortSignal) {
  const path = { brand, source };
  return {
    find: async (sha256: string) => {
      const params = { path, query: { sha256 } };
      return (await answerOf(api.GET(IMPORTS, { params, signal }))).data;
    },
    create: (body: ImportRequest) => answerOf(api.POST(IMPORTS, { params: { path }, body, signal })),
    get: (id: string) => answerOf(api.GET(`${IMPORTS}/{id}`, { params: { path: { ...path, id } }, signal })),
    append: (id: string, offset: number, bytes: Blob) =>
      answerOf(
        api.PATCH(`${IMPORTS}/{id}`, {
          params: { path: { ...path, id }, header: { 'upload-offset': String(offset) } },
          headers: { 'content-type': 'application/offset+octet-stream' },
          // The schema of OpenAPI describes bytes as a text.
          body: '',
          bodySerializer: () => bytes,
          signal,
        }),
      ),
  };
}
