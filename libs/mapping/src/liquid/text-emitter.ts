import { toValue, type Emitter } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import { checkSize } from './value-size.js';

/** Collector of the text of a template string. Throws if the text exceeds the size of a message. */
export class TextEmitter implements Emitter {
  buffer = '';

  write(value: unknown): void {
    this.buffer += textOf(value);
    if (this.buffer.length > MAPPING_LIMITS.messageBytes)
      throw new RenderProblem('the text is longer than 256 kB: shorten it.');
  }
}

/** Converts a value to text as Liquid does: missing values and null are empty, lists are joined. Objects are rejected. */
export function textOf(from: unknown): string {
  if (typeof from === 'string') return from;
  if (typeof from === 'number') return String(from);
  const value: unknown = toValue(from);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) {
    throw new RenderProblem('a text cannot contain an object: name one of its fields, or add "| json".');
  }
  checkSize(value);
  return value.map(textOf).join('');
}
