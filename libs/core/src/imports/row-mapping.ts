import { isJson, type JsonObject } from '@patchbay/plugin-sdk';
import { compileTemplate, MappingError, type CompiledTemplate } from '@patchbay/mapping';
import type { SourceFilesSpec } from '../configuration/brand-definition.js';

/** Names with which the paths of `files.event` start. */
export const ROW_ROOTS = ['row'] as const;

/** Field of `files.event` from which the adapters that read templates take the customer's id. */
const CUSTOMER_FIELD = 'customerId';

/** Body that a row makes, or the reason why it makes none. The reason contains no value of the row. */
export type RowBody = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly reason: string };

/**
 * Mapping from a row of a file to the body of an event, compiled once per source. Without a template, the row is the
 * body.
 */
export class RowMapping {
  private readonly template: CompiledTemplate | MappingError | undefined;

  /** @param timezone IANA time zone of the brand, for dates without a zone */
  constructor(files: Pick<SourceFilesSpec, 'event'> | undefined, timezone: string) {
    this.template = files?.event === undefined ? undefined : compiled(files.event, timezone);
  }

  /** Returns the body of a row. Never throws. */
  bodyOf(row: unknown): RowBody {
    if (this.template === undefined) return { ok: true, body: row };
    if (this.template instanceof MappingError)
      return { ok: false, reason: problemAt(this.template.path, this.template.reason) };
    if (!isJson(row)) return { ok: false, reason: 'The row contains a number that is too large.' };
    const result = this.template.render({ row });
    if (result.ok) return { ok: true, body: result.message };
    return { ok: false, reason: problemAt(result.problem.path, result.problem.message) };
  }

  /**
   * Returns the paths from which the template reads the customer's id, as if the row were the data of the event. A column
   * of any spelling is compared with the personal names: `Mobile Number` becomes `mobile_number`.
   */
  customerPaths(): readonly string[] {
    if (this.template === undefined || this.template instanceof MappingError) return [];
    const reads = this.template.readsAt(CUSTOMER_FIELD);
    return reads.flatMap((read) => {
      const path = read.replace(/^row/, 'data');
      return [path, path.replace(/[^.*\p{L}\p{N}]+/gu, '_').toLowerCase()];
    });
  }
}

/** Compiles a template. Returns the error of an invalid template, which must not keep the brand from loading. */
function compiled(event: JsonObject, timezone: string): CompiledTemplate | MappingError {
  try {
    return compileTemplate(withData(event), ROW_ROOTS, { timezone });
  } catch (error) {
    if (error instanceof MappingError) return error;
    throw error;
  }
}

function problemAt(path: string, reason: string): string {
  return `files.event${path === '' ? '' : `.${path}`}: ${reason}`;
}

/** Adds the whole row as the data of an event, if the template names no data. */
function withData(event: JsonObject): JsonObject {
  return Object.hasOwn(event, 'data') ? event : { ...event, data: '{{ row }}' };
}
