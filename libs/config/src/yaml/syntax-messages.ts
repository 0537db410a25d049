import type { ErrorCode } from 'yaml';

/**
 * Messages for the error codes of the parser. The hub does not use the parser's own messages, because they may quote a
 * secret in the text.
 */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'aliases (*name) are not supported: write the value out',
  BAD_ALIAS: 'a value cannot start with *: put it in quotes, e.g. "*"',
  BAD_COLLECTION_TYPE: 'tags (!…) are not supported: remove the tag',
  BAD_DIRECTIVE: 'a line cannot start with %: remove the line, or put the value in quotes',
  BAD_DQ_ESCAPE: 'the escape sequence after the backslash is unknown: write \\\\, or use single quotes',
  BAD_INDENT: 'the indentation is wrong: align the keys of an object in one column',
  BAD_PROP_ORDER: 'anchors (&name) and tags (!…) are not supported: remove them',
  BAD_SCALAR_START: 'a value cannot start with `, @ or %: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'there are two keys on one line: put a value that contains ": " in quotes, or start a new line',
  BLOCK_IN_FLOW: 'a list or object inside { } or [ ] also needs { } or [ ]: add them',
  DUPLICATE_KEY: 'the key is defined twice: remove one',
  IMPOSSIBLE: 'the text is not valid YAML: check the syntax of this line',
  KEY_OVER_1024_CHARS: 'the key is longer than 1,024 characters: shorten it',
  MISSING_CHAR: 'something is missing: add the closing quote, bracket or brace, the comma, or the colon after a key',
  MULTILINE_IMPLICIT_KEY: 'a key has to be on one line: add the missing colon',
  MULTIPLE_ANCHORS: 'anchors (&name) are not supported: remove them',
  MULTIPLE_DOCS: 'the file contains more than one document (---): use one document per file',
  MULTIPLE_TAGS: 'tags (!…) are not supported: remove them',
  NON_STRING_KEY: 'a key has to be plain text: correct the key',
  RESOURCE_EXHAUSTION: 'the text is nested too deeply: use fewer levels',
  TAB_AS_INDENT: 'a tab is used for indentation: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!…) are not supported: remove the tag, or put the value in quotes',
  UNEXPECTED_TOKEN: 'the text is not valid YAML: add the missing quote, comma, or space after a colon',
};

/** Returns the message for a syntax error. */
export function syntaxMessage(code: ErrorCode): string {
  return MESSAGES[code];
}
