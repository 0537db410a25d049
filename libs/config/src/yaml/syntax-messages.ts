import type { ErrorCode } from 'yaml';

/**
 * What is wrong with a text, by the parser's code. The parser's own words are not used: they may quote the text, and
 * with it a secret that somebody wrote there.
 */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) is not taken here: write the value out',
  BAD_ALIAS: 'a value cannot begin with * here: put it in quotes, e.g. "*"',
  BAD_COLLECTION_TYPE: 'a tag (!…) is not taken here: remove it',
  BAD_DIRECTIVE: 'a line that begins with % is not taken here: remove it, or put the value in quotes',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins an escape that does not exist: write \\\\ or use single quotes',
  BAD_INDENT: 'the indentation does not fit: the keys of one group have to stand below each other',
  BAD_PROP_ORDER: 'an anchor (&name) or a tag (!…) is not taken here: remove it',
  BAD_SCALAR_START: 'a value cannot begin with this sign (`, @ or %): put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'there are two keys on one line: put a value that contains ": " in quotes, or begin a new line',
  BLOCK_IN_FLOW: 'inside { } or [ ] everything has to be written with { } or [ ] too',
  DUPLICATE_KEY: 'the key stands here twice: remove one',
  IMPOSSIBLE: 'the text cannot be read as YAML here',
  KEY_OVER_1024_CHARS: 'the key is longer than 1,024 characters',
  MISSING_CHAR: 'something is missing: a closing quote, bracket or brace, a comma, or the colon after a key',
  MULTILINE_IMPLICIT_KEY: 'a key has to stand on one line: is the colon after it missing?',
  MULTIPLE_ANCHORS: 'anchors (&name) are not taken here: remove them',
  MULTIPLE_DOCS: 'the file holds more than one document (---): one file, one document',
  MULTIPLE_TAGS: 'tags (!…) are not taken here: remove them',
  NON_STRING_KEY: 'a key has to be plain text',
  RESOURCE_EXHAUSTION: 'the text is nested too deeply',
  TAB_AS_INDENT: 'a tab is used for indentation: use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!…) is not taken here: remove it, or put the value in quotes',
  UNEXPECTED_TOKEN: 'the text cannot be read as YAML here: is a quote, a comma or a space after a colon missing?',
};

/** The message for a syntax error. */
export function syntaxMessage(code: ErrorCode): string {
  return MESSAGES[code];
}
