/**
 * ESLint rule that requires standard terms and short, direct sentences in comments and messages.
 *
 * Reports four patterns in comments: first words that hide the noun or the verb, phrases without a subject, former
 * names, and long sentences. In identifiers and strings, reports only former names.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const plainWords = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      opener: 'The comment begins with "{{found}}". Begin with a noun for a type, or with a verb for a function.',
      phrase: 'The comment contains "{{found}}". Instead, {{instead}}.',
      replaced: '"{{found}}" has a new name. Use {{instead}}.',
      long: 'The sentence that begins with "{{found}}" has {{count}} words; the maximum is {{most}}. Split it.',
    },
  },
  create(context) {
    const source = context.sourceCode;

    const report = (loc, messageId, data) => {
      context.report({ loc, messageId, data });
    };

    const checkReplaced = (loc, text) => {
      for (const [pattern, instead] of REPLACED) {
        const [found] = pattern.exec(text) ?? [];
        if (found !== undefined) report(loc, 'replaced', { found, instead });
      }
    };

    const checkComment = (comment) => {
      const text = textOf(comment);
      if (DIRECTIVE.test(text)) return;
      const [opener] = /^(What|Whoever|Whether|Where|How|Who)\b/.exec(text) ?? [];
      if (opener !== undefined) report(comment.loc, 'opener', { found: opener });
      for (const [pattern, instead] of PHRASES) {
        const [found] = pattern.exec(text) ?? [];
        if (found !== undefined) report(comment.loc, 'phrase', { found, instead });
      }
      checkReplaced(comment.loc, text);
      for (const sentence of sentencesOf(text)) {
        const words = sentence.split(/\s+/).filter((word) => /[a-z]/i.test(word));
        if (words.length <= MOST_WORDS) continue;
        const found = words.slice(0, 5).join(' ');
        report(comment.loc, 'long', { found, count: String(words.length), most: String(MOST_WORDS) });
      }
    };

    return {
      Program() {
        // Consecutive line comments without code between them are checked as one text.
        for (const comment of joined(source)) checkComment(comment);
      },
      Identifier: (node) => {
        checkReplaced(node.loc, node.name);
      },
      Literal: (node) => {
        // The name of an imported file may be a former name, because a migration keeps its name.
        const isImport = node.parent.type === 'ImportDeclaration';
        if (typeof node.value === 'string' && !isImport) checkReplaced(node.loc, node.value);
      },
      TemplateElement: (node) => {
        checkReplaced(node.loc, node.value.raw);
      },
    };
  },
};

const MOST_WORDS = 25;

const DIRECTIVE = /^(eslint|prettier|@ts-|c8 |global )/;

const PHRASES = [
  [/\b(?<!there )(is|are|was|were) no\b(?! (longer|more)\b)/i, 'write "is not a" or "has no"'],
  [/\bwhoever\b/i, 'name the actor'],
  [/\bwhatever\b/i, 'name the things'],
  [/\bas ever\b/i, 'leave it out'],
  [/\b(those|ones) (of|that|who|which)\b|\bone (that|who|which)\b/i, 'name the subject'],
  [/\b(is|are|was|were|be|been) told\b/i, 'name who logs, returns or receives'],
  [/\b(the|its|a) tries\b|\ba try\b/i, 'write "attempt"'],
  [/\bmend(s|ed|ing)?\b/i, 'write "fix", "correct" or "recover"'],
  [/\bheld up\b|\bholds? up\b/i, 'write "block"'],
  [/\b(hand|give|hands|gives|handed|given) (it |them )?back\b/i, 'write "release" or "return"'],
];

const REPLACED = [
  [/\bownFault\b/, 'internal_error'],
  [/\bputOff\b|\bput_off\b/, 'deferred'],
  [/\bstateIfTold\b/, 'stateIfConfirmed'],
  [/\bforgettings?\b/i, 'erasure'],
  [/\bdownstreamStatus\b|\bdownstream_status\b/, 'vendorStatus'],
  [/\bearlyNews\b|\bearly_news\b/, 'pending status update'],
  [/\bchargedAttempts\b|\bcharged_attempts\b/, 'countedAttempts'],
  [/\blookedAt\b|\blooked_at\b/, 'scanned'],
  [/\b(expectedAll|countedAll)\b/, 'expectedIsExact, countIsExact'],
  [/\btold_at\b/, 'published_at'],
  [/\bProcessRoom\b|\bRoomHolder\b/, 'ConcurrencyLimiter'],
  [/\bWorkerBoard\b|\bFleet\b/, 'WorkerRegistry, WorkerRing'],
  [/\bmayPass\b/, 'mayForward'],
  [/\b(tellsLater|hearsCallbacks)\b/, 'hasStatusCallback'],
  [/\b(handBack|handOn|giveBack)\b/, 'release'],
  [/\btakeOverExpired\b/, 'reclaimExpired'],
  [/\bturn_key\b|\bturnKey\b/, 'active_key'],
  [/\bFiltersByCaller\b/, 'ScopedToCaller'],
  [/\bStepWorker\b/, 'Poller'],
  [/\bPersonalLooks\b/, 'PersonalDataAccessLog'],
  [
    /\b(CurrentBrands|DestinationSwitch|HubParts)\b/,
    'FreshConfiguration, DestinationActions, the module of the feature',
  ],
];

/** Returns the text of a comment without its stars, tags and code examples. */
function textOf({ value }) {
  return value
    .replace(/^\*/, '')
    .replace(/^[ \t]*\*[ \t]?/gm, '')
    .replace(/```[\s\S]*?```/g, '')
    .trim();
}

/** Joins consecutive line comments. A comment behind code stays separate. */
function joined(source) {
  const texts = [];
  const isBehindCode = ({ loc }) => source.lines[loc.start.line - 1].slice(0, loc.start.column).trim() !== '';
  for (const comment of source.getAllComments()) {
    const last = texts.at(-1);
    const follows =
      last?.type === 'Line' &&
      comment.type === 'Line' &&
      comment.loc.start.line === last.loc.end.line + 1 &&
      !isBehindCode(comment);
    if (follows) {
      texts[texts.length - 1] = {
        ...last,
        value: `${last.value}\n${comment.value.trim()}`,
        loc: { start: last.loc.start, end: comment.loc.end },
      };
    } else {
      texts.push(comment);
    }
  }
  return texts;
}

/** Splits a text into sentences: at full stops, at blank lines, and before each list item or tag. */
function sentencesOf(text) {
  return text
    .replace(/`[^`]*`/g, 'code')
    .replace(/\{@link ([^}]*)\}/g, 'code')
    .replace(/\be\.g\.|\bi\.e\./g, 'eg')
    .split(/[.!?;](?=\s|$)|\n\s*\n|\n(?=\s*[-*|@·])/);
}
