/**
 * ESLint rule: comments and messages use the standard terms of the field in short, direct sentences.
 *
 * Finds what a pattern can find: openers that hide the noun or the verb, phrases without a subject, replaced names, and
 * sentences that are too long. Comments are checked for all patterns, names and texts of the code for replaced names.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const plainWords = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      opener: 'Begin with a noun for a type or a verb for a function, not with "{{found}}".',
      phrase: '"{{found}}": {{instead}}.',
      replaced: '"{{found}}" has a new name: {{instead}}.',
      long: 'A sentence of {{count}} words: at most {{most}}, so split it. It begins with "{{found}}".',
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
        // Lines of comments that follow each other without code between them are one text.
        for (const comment of joined(source.getAllComments())) checkComment(comment);
      },
      Identifier: (node) => {
        checkReplaced(node.loc, node.name);
      },
      Literal: (node) => {
        if (typeof node.value === 'string') checkReplaced(node.loc, node.value);
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
  [/\b(CurrentBrands|DestinationSwitch|HubParts)\b/, 'FreshConfiguration, DestinationActions, HubDependencies'],
];

/** The text of a comment without its stars, tags and code examples. */
function textOf({ value }) {
  return value
    .replace(/^\*/, '')
    .replace(/^[ \t]*\*[ \t]?/gm, '')
    .replace(/```[\s\S]*?```/g, '')
    .trim();
}

function joined(comments) {
  const texts = [];
  for (const comment of comments) {
    const last = texts.at(-1);
    const follows =
      last?.type === 'Line' && comment.type === 'Line' && comment.loc.start.line === last.loc.end.line + 1;
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

/** Sentences end at a full stop, at a blank line, and where a list item or a tag begins. */
function sentencesOf(text) {
  return text
    .replace(/`[^`]*`/g, 'code')
    .replace(/\{@link ([^}]*)\}/g, 'code')
    .replace(/\be\.g\.|\bi\.e\./g, 'eg')
    .split(/[.!?;](?=\s|$)|\n\s*\n|\n(?=\s*[-*|@·])/);
}
