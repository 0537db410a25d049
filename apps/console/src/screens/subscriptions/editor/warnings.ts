/** Returns the warnings below a path such as `route.1`, with their fields relative to the path. */
export function warningsBelow<Warning extends { readonly field: string }>(
  warnings: readonly Warning[],
  path: string,
): Warning[] {
  return warnings.flatMap((warning) => {
    // The hub names entries of lists as `route[1]` or as `route.1`.
    const field = warning.field.replaceAll(/\[(\d+)\]/g, '.$1');
    return field.startsWith(`${path}.`) ? [{ ...warning, field: field.slice(path.length + 1) }] : [];
  });
}

/** Returns one warning per path and field: the first one, which says most about the cause. */
export function uniqueWarnings<Warning extends { readonly field: string; readonly path: string }>(
  warnings: readonly Warning[],
): Warning[] {
  const first = new Map<string, Warning>();
  for (const warning of warnings) {
    const key = `${warning.field} ${warning.path}`;
    if (!first.has(key)) first.set(key, warning);
  }
  return [...first.values()];
}
