import type { ReactNode } from 'react';
import { stringify } from 'yaml';
import { ManagedByFile } from '../../ui/managed-by-file';

interface BrandYamlProps {
  readonly file: string | null;
  /** Fields of the brand file that the form covers. */
  readonly fields: object;
}

/** Stands in the place of "Save" for a brand of a file: the changed fields as YAML. */
export function BrandYaml({ file, fields }: BrandYamlProps): ReactNode {
  return <ManagedByFile file={file} yaml={stringify(fields)} />;
}
