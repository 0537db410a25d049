import { Composer, Lexer, Parser, type CST, type Document, type LineCounter } from 'yaml';

/** A text that is refused before it is understood. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

/** Nesting of collections. Deeper, the composer's recursion could exhaust the stack, which ends the process. */
const MAX_DEPTH = 64;
/** Signs, words and blanks: bounds the time that a text may take. */
const MAX_LEXEMES = 400_000;

/**
 * The documents in a text, syntax errors inside them. Duplicate keys are not looked for here: the parser's own search
 * takes a time that grows with the square of their number.
 */
export function composeYaml(text: string, lines: LineCounter): readonly Document.Parsed[] | YamlProblem {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH) {
      return { offset: parser.offset, message: `the text is nested deeper than ${MAX_DEPTH} levels` };
    }
    if (++lexemes > MAX_LEXEMES) {
      return { offset: parser.offset, message: 'the file holds too many values: divide it' };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    strict: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return [...composer.compose(tokens)];
}
