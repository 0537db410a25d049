import { toValue, type Emitter } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import { checkSize } from './value-size.js';

/** Collects a template string's text, and stops where it would be longer than any message may be. */
export class TextEmitter implements Emitter {
  buffer = '';

  write(value: unknown): void {
    this.buffer += textOf(value);
    if (this.buffer.length > MAPPING_LIMITS.messageBytes) throw new RenderProblem('the text is longer than 256 kB.');
  }
}

/** A value inside a text: nothing for missing and null, lists run together, as Liquid has it. An object is a mistake. */
export function textOf(from: unknown): string {
  if (typeof from === 'string') return from;
  if (typeof from === 'number') return String(from);
  const value: unknown = toValue(from);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) {
    throw new RenderProblem('an object cannot be written into a text; name one of its fields, or add "| json".');
  }
  checkSize(value);
  return value.map(textOf).join('');
}
