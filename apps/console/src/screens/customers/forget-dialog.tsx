import { Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { useText } from './text';

interface ForgetDialogProps {
  readonly customer: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks for the id again, erases the customer, then opens the list of erasures with the receipt. */
export function ForgetDialog({ customer, opened, onClose }: ForgetDialogProps): ReactNode {
  const text = useText();
  const brand = useBrand();
  const navigate = useNavigate();
  const client = useQueryClient();
  const forget = async (): Promise<void> => {
    const params = { path: { brand, customerId: customer } };
    await answerOf(api.DELETE('/v1/brands/{brand}/customers/{customerId}', { params }));
    await client.invalidateQueries({ queryKey: ['customers', brand] });
    await navigate({ to: paths.erasures(brand) });
  };
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={text('forget.title', { id: customer })}
      action={text('forget.action')}
      typed={{ label: text('forget.typed', { id: customer }), text: customer }}
      onConfirm={forget}
      danger
    >
      <Text>{text('forget.text')}</Text>
    </ConfirmDialog>
  );
}
