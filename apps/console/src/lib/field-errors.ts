import { PatchbayError } from '@patchbay/client';

/** Returns the texts of a failed call by the path of their field, for the inputs of a form: `{ 'settings.url': '…' }`. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof PatchbayError)) return {};
  return Object.fromEntries(error.errors.map(({ field, detail }) => [field, detail]));
}

/** Returns the errors below a group of fields, without the name of the group: `settings.url` becomes `url`. */
export function errorsBelow(errors: Readonly<Record<string, string>>, group: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([field, detail]) => {
      // The hub names entries of lists as `list[0]`, the forms as `list.0`.
      const path = field.replaceAll(/\[(\d+)\]/g, '.$1');
      return path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), detail]] : [];
    }),
  );
}
