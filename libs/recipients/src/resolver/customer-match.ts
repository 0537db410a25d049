import type { Json } from '@patchbay/core';
import { isJsonObject } from '@patchbay/plugin-sdk';
import { ResponseValue } from '../http/response-template.js';

/** Whom an answer is about, by the brand's own rule or, in lists, by the fields that such items usually have. */
export class CustomerMatch {
  private readonly rule: ResponseValue | undefined;

  /** @param output the brand's `customerId`, undefined where it says none */
  constructor(output: string | undefined, section: string) {
    this.rule = output === undefined ? undefined : new ResponseValue(output, `${section}.customerId`);
  }

  /** True where the brand says nothing: then an answer to a question about one customer is taken for about them. */
  isAbout(customerId: string | null, body: Json): boolean {
    return this.rule === undefined || text(this.rule.read(body)) === customerId;
  }

  /** The customer of an item in a list; undefined where it names none. */
  customerOf(item: Json): string | undefined {
    if (this.rule !== undefined) return text(this.rule.read(item));
    return isJsonObject(item) ? (text(item['customerId']) ?? text(item['id'])) : undefined;
  }
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
