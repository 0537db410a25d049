import type { Json } from '@patchbay/core';
import { isJsonObject } from '@patchbay/plugin-sdk';
import { ResponseValue } from '../http/read-response.js';

/**
 * Rule that finds the customer whom an answer describes: the brand's own `customerId` template. Without a template, a
 * list item describes the customer in its field `customerId` or `id`.
 */
export class CustomerMatch {
  private readonly rule: ResponseValue | undefined;

  /** @param output the brand's `customerId` template; undefined if the brand has no such template */
  constructor(output: string | undefined, section: string) {
    this.rule = output === undefined ? undefined : new ResponseValue(output, `${section}.customerId`);
  }

  /**
   * Returns true if the answer is about the customer. If the brand has no rule, an answer to a lookup of one customer
   * always matches.
   */
  isAbout(customerId: string | null, body: Json): boolean {
    return this.rule === undefined || text(this.rule.read(body)) === customerId;
  }

  /** Returns the customer id of a list item. Undefined if the item contains no customer id. */
  customerOf(item: Json): string | undefined {
    if (this.rule !== undefined) return text(this.rule.read(item));
    return isJsonObject(item) ? (text(item['customerId']) ?? text(item['id'])) : undefined;
  }
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
