import { styleText } from 'node:util';
import type { CliContext, CliOutput } from '../cli-context.js';

const STYLES = { bold: 'bold', dim: 'dim', good: 'green', bad: 'red', warn: 'yellow', link: 'cyan' } as const;

/** Text styles by meaning. */
export type Paint = Readonly<Record<keyof typeof STYLES, (text: string) => string>>;

/**
 * Creates the styles: colours for a terminal, and plain text for files, for pipes, and if NO_COLOR (no-color.org) is
 * set.
 */
export function createPaint(env: CliContext['env'], output: CliOutput): Paint {
  const coloured = output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const style = (name: keyof typeof STYLES) => (text: string) =>
    coloured ? styleText(STYLES[name], text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    good: style('good'),
    bad: style('bad'),
    warn: style('warn'),
    link: style('link'),
  };
}
