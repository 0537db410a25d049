/**
 * ESLint rule that requires a docstring (a block comment with two stars) for exported functions, classes, interfaces
 * and types. A type that is derived from a constant of the same file (`export type Colour = (typeof COLOURS)[number]`)
 * needs no docstring, because the docstring of the constant describes the type.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const exportedNeedsDocstring = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing: '`{{name}}` has no docstring. Add one that states shapes, units and thrown errors.',
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

    const isDerivedFromConstant = (declaration) =>
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
      if (hasDocstring(node, declaration) || isDerivedFromConstant(declaration)) return;
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
