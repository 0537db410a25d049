import { Liquid } from 'liquidjs';

/** Compiles a template of Liquid strings. Parses each string only once; the result of each string is text. */
export function compileTexts(template) {
  const engine = new Liquid();
  const compile = (part) => {
    if (typeof part === 'string') {
      const parsed = engine.parse(part);
      return (scope) => engine.renderSync(parsed, scope);
    }
    const fields = Object.entries(part).map(([name, value]) => [name, compile(value)]);
    return (scope) => Object.fromEntries(fields.map(([name, render]) => [name, render(scope)]));
  };
  return compile(template);
}
