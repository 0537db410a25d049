import type { Json, JsonObject } from '@patchbay/core';
import { compileTemplate, type CompiledTemplate } from '@patchbay/mapping';
import { lookupError } from './lookup-failure.js';

/** The names at which paths into an answer begin. */
export const ANSWER_ROOTS = ['body'] as const;

/** Reads an answer, or one item of it. */
export class AnswerTemplate {
  private readonly template: CompiledTemplate;

  /** @param what the part of the brand's file that holds the template: `recipients.resolver.mapping` */
  constructor(
    template: JsonObject,
    private readonly what: string,
  ) {
    this.template = compileTemplate(template, ANSWER_ROOTS);
  }

  /** @throws DeliveryError where the answer does not fit, without its values */
  read(body: Json): JsonObject {
    const rendered = this.template.render({ body });
    if (rendered.ok) return rendered.message;
    throw lookupError('mapping', this.what, rendered.problem.message);
  }
}

/** Reads one value out of an answer. */
export class AnswerValue {
  private readonly template: AnswerTemplate;

  constructor(output: string, what: string) {
    this.template = new AnswerTemplate({ value: output }, what);
  }

  /** Null where it is missing. @throws DeliveryError as {@link AnswerTemplate.read} */
  read(body: Json): Json {
    return this.template.read(body)['value'] ?? null;
  }
}
