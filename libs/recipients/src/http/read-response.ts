import type { Json, JsonObject } from '@patchbay/core';
import { compileTemplate, type CompiledTemplate } from '@patchbay/mapping';
import { isDeliveryError, type HttpResponse } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/** Root names of paths into an answer. */
export const RESPONSE_ROOTS = ['body'] as const;

/**
 * Parses the body of a response as JSON. Returns null if the body is empty.
 * @throws DeliveryError, without the answer, if the body is not valid JSON
 */
export function responseJson(section: string, response: HttpResponse): Json {
  if (response.text.trim() === '') return null;
  try {
    return response.json();
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    throw lookupError(
      'transient',
      section,
      `it answered ${response.status} with a body that is not valid JSON or is nested too deeply`,
    );
  }
}

/** Template that reads an answer or one item of an answer. */
export class ResponseTemplate {
  private readonly template: CompiledTemplate;

  /**
   * @param section path of the template in the brand file, for example `recipients.resolver.mapping`
   */
  constructor(
    template: JsonObject,
    private readonly section: string,
  ) {
    this.template = compileTemplate(template, RESPONSE_ROOTS);
  }

  /**
   * Reads an answer.
   * @throws DeliveryError if the answer does not fit the template; the error contains no values of the answer
   */
  read(body: Json): JsonObject {
    const rendered = this.template.render({ body });
    if (rendered.ok) return rendered.message;
    throw lookupError('mapping', this.section, rendered.problem.message);
  }
}

/** Template that reads one value from an answer. */
export class ResponseValue {
  private readonly template: ResponseTemplate;

  constructor(output: string, section: string) {
    this.template = new ResponseTemplate({ value: output }, section);
  }

  /**
   * Returns the value. Null if the answer does not contain it.
   * @throws DeliveryError like {@link ResponseTemplate.read}
   */
  read(body: Json): Json {
    return this.template.read(body)['value'] ?? null;
  }
}
