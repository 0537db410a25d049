import { Context, Liquid, toValueSync, Value } from 'liquidjs';

const ONE_OUTPUT = /^\{\{\s*([^{}]*?)\s*\}\}$/;
const PATH = /^[\w.]+$/;

/**
 * Compiles a template of Liquid strings into functions. If a string consists of a single output, its result keeps the
 * type of the value.
 */
export function compileValues(template) {
  const engine = new Liquid();
  const compile = (part) => {
    if (typeof part !== 'string') {
      const names = Object.keys(part);
      const renders = names.map((name) => compile(part[name]));
      return (context, scope) => {
        const message = {};
        for (let n = 0; n < names.length; n++) message[names[n]] = renders[n](context, scope);
        return message;
      };
    }
    const [, expression] = ONE_OUTPUT.exec(part) ?? [];
    if (expression === undefined) {
      if (!part.includes('{{')) return () => part;
      const parsed = engine.parse(part);
      return (context) => engine.renderSync(parsed, context);
    }
    if (PATH.test(expression)) {
      const steps = expression.split('.');
      return (_context, scope) => steps.reduce((value, step) => value?.[step], scope);
    }
    const value = new Value(expression, engine);
    return (context) => toValueSync(value.value(context, false));
  };
  const compiled = compile(template);
  return (scope) => compiled(new Context(scope, engine.options, { sync: true }), scope);
}
