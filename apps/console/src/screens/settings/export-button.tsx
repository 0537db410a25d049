import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from './text';

/** Downloads the objects of the brand that the API manages as a brand file, without secrets. */
export function ExportButton({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  return (
    <Button
      component="a"
      variant="default"
      href={`/v1/brands/${encodeURIComponent(brand)}/export`}
      download={`${brand}.yaml`}
      leftSection={<IconDownload size={14} aria-hidden />}
    >
      {text('export')}
    </Button>
  );
}
