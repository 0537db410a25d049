/**
 * ESLint rule: what a file exports says what it promises, in a block comment that starts with two stars.
 *
 * Asked of functions, classes, interfaces and types. A type that is read off a constant of the same file
 * (`export type Colour = (typeof COLOURS)[number]`) is told by the constant's own docstring.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const exportedNeedsDocstring = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing: 'Say in a docstring above `{{name}}` what it promises: shapes and units, errors thrown.',
    },
  },
  create(context) {
    const source = context.sourceCode;

    const hasDocstring = (node, declaration) => {
      const start = [node, ...(declaration.decorators ?? [])].sort((a, b) => a.range[0] - b.range[0])[0];
      return source
        .getCommentsBefore(start)
        .some((comment) => comment.type === 'Block' && comment.value.startsWith('*'));
    };

    const isReadOffAConstant = (declaration) =>
      declaration.type === 'TSTypeAliasDeclaration' && /\btypeof\b/.test(source.getText(declaration.typeAnnotation));

    const isOverloadWithDocstring = (node, declaration) => {
      const siblings = node.parent.body;
      const previous = siblings[siblings.indexOf(node) - 1];
      return (
        previous?.declaration?.type === 'TSDeclareFunction' && previous.declaration.id?.name === declaration.id?.name
      );
    };

    const check = (node) => {
      const declaration = node.declaration;
      if (!declaration || !DOCUMENTED.has(declaration.type)) return;
      if (hasDocstring(node, declaration) || isReadOffAConstant(declaration)) return;
      if (isOverloadWithDocstring(node, declaration)) return;
      context.report({
        node: declaration.id ?? node,
        messageId: 'missing',
        data: { name: declaration.id?.name ?? 'the default export' },
      });
    };

    return { ExportNamedDeclaration: check, ExportDefaultDeclaration: check };
  },
};

const DOCUMENTED = new Set([
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]);
