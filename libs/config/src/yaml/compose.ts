import { Composer, Lexer, Parser, type CST, type Document, type LineCounter } from 'yaml';

/** Problem of a text. Parsing stops at this problem. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

/** Maximum nesting of collections. Deeper nesting could overflow the stack of the composer and end the process. */
const MAX_DEPTH = 64;
/** Maximum number of lexemes. The limit bounds the time for parsing. */
const MAX_LEXEMES = 400_000;

/**
 * Parses the documents of a text. Each document contains its syntax errors. Does not check for duplicate keys, because
 * the check of the parser takes quadratic time.
 */
export function composeYaml(text: string, lines: LineCounter): readonly Document.Parsed[] | YamlProblem {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH) {
      return { offset: parser.offset, message: `the text is nested deeper than ${MAX_DEPTH} levels: use fewer levels` };
    }
    if (++lexemes > MAX_LEXEMES) {
      return { offset: parser.offset, message: 'the file contains too many values: split it' };
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
