import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { isOwn } from './own-code.mjs';

const root = dirname(dirname(import.meta.dirname));

/** Module hook that replaces the body of each function of Patchbay by `return nestCall(name, id, () => { … })`. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!isOwn(url) || loaded.format !== 'module') return loaded;
  const { outputText } = ts.transpileModule(String(loaded.source), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    transformers: { before: [nestCalls(url)] },
  });
  return { ...loaded, source: outputText };
}

/**
 * Returns true if the hook changes a function. Constructors and generators are not changed, because their bodies cannot
 * move into an arrow function.
 */
const isWrapped = (node) =>
  (ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isGetAccessorDeclaration(node)) &&
  node.body !== undefined &&
  node.asteriskToken === undefined;

function nestCalls(url) {
  const path = relative(root, fileURLToPath(url));
  const file = url.replace(/^.*\/(apps|libs|plugins)\//, '$1/').replace('/dist/', '/');
  return (context) => {
    const { factory } = context;
    const wrap = (node, body) => {
      const isAsync = ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
      const inner = factory.createArrowFunction(
        isAsync ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)] : undefined,
        undefined,
        [],
        undefined,
        undefined,
        body,
      );
      const name = factory.createStringLiteral(`${node.name?.getText?.() ?? '(anonymous)'} ${file}`);
      const id = factory.createStringLiteral(`${path}:${node.end}`);
      const nest = factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), 'nestCall');
      return factory.createBlock([
        factory.createReturnStatement(factory.createCallExpression(nest, undefined, [name, id, inner])),
      ]);
    };
    const visit = (node) => {
      const seen = ts.visitEachChild(node, visit, context);
      if (!isWrapped(node)) return seen;
      const body = wrap(node, seen.body);
      if (ts.isFunctionDeclaration(seen)) {
        return factory.updateFunctionDeclaration(
          seen,
          seen.modifiers,
          undefined,
          seen.name,
          undefined,
          seen.parameters,
          undefined,
          body,
        );
      }
      if (ts.isFunctionExpression(seen)) {
        return factory.updateFunctionExpression(
          seen,
          seen.modifiers,
          undefined,
          seen.name,
          undefined,
          seen.parameters,
          undefined,
          body,
        );
      }
      if (ts.isArrowFunction(seen)) {
        return factory.updateArrowFunction(
          seen,
          seen.modifiers,
          undefined,
          seen.parameters,
          undefined,
          seen.equalsGreaterThanToken,
          body,
        );
      }
      if (ts.isGetAccessorDeclaration(seen)) {
        return factory.updateGetAccessorDeclaration(seen, seen.modifiers, seen.name, seen.parameters, undefined, body);
      }
      return factory.updateMethodDeclaration(
        seen,
        seen.modifiers,
        undefined,
        seen.name,
        undefined,
        undefined,
        seen.parameters,
        undefined,
        body,
      );
    };
    return (source) => ts.visitNode(source, visit);
  };
}
