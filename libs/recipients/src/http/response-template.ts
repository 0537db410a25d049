import type { Json, JsonObject } from '@patchbay/core';
import { compileTemplate, type CompiledTemplate } from '@patchbay/mapping';
import { lookupError } from './lookup-failure.js';

/** The names at which paths into an answer begin. */
export const RESPONSE_ROOTS = ['body'] as const;

/** Reads an answer, or one item of it. */
export class ResponseTemplate {
  private readonly template: CompiledTemplate;

  /** @param section the part of the brand's file that holds the template: `recipients.resolver.mapping` */
  constructor(
    template: JsonObject,
    private readonly section: string,
  ) {
    this.template = compileTemplate(template, RESPONSE_ROOTS);
  }

  /** @throws DeliveryError where the answer does not fit, without its values */
  read(body: Json): JsonObject {
    const rendered = this.template.render({ body });
    if (rendered.ok) return rendered.message;
    throw lookupError('mapping', this.section, rendered.problem.message);
  }
}

/** Reads one value out of an answer. */
export class ResponseValue {
  private readonly template: ResponseTemplate;

  constructor(output: string, section: string) {
    this.template = new ResponseTemplate({ value: output }, section);
  }

  /** Null where it is missing. @throws DeliveryError as {@link ResponseTemplate.read} */
  read(body: Json): Json {
    return this.template.read(body)['value'] ?? null;
  }
}
