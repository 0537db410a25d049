import { Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { RoleButton } from '../watch/role-button';
import { isCancellable, redeliveryOf, type DeliveryDetails } from './delivery-details';
import { useText } from './text';

/** Buttons that redeliver and cancel a delivery, with their dialogs. */
export function DeliveryActions({ delivery }: { readonly delivery: DeliveryDetails }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'redeliver' | 'cancel' | null>(null);
  const redelivery = redeliveryOf(delivery);
  const means = redelivery.isPossible ? redelivery.means : null;
  const close = (): void => setDialog(null);
  const { id } = delivery;

  const redeliver = async (): Promise<void> => {
    const query = means === 'twice' ? { force: 'true' as const } : {};
    const params = { path: { brand, id }, query };
    const sent = await answerOf(api.POST('/v1/brands/{brand}/deliveries/{id}/redeliver', { params }));
    await client.invalidateQueries({ queryKey: ['deliveries', brand] });
    // A forced redelivery is a delivery of its own.
    if (sent.id !== id) await navigate({ to: paths.delivery(brand, sent.id) });
  };
  const cancel = async (): Promise<void> => {
    await answerOf(api.POST('/v1/brands/{brand}/deliveries/{id}/cancel', { params: { path: { brand, id } } }));
    await client.invalidateQueries({ queryKey: ['deliveries', brand] });
  };

  return (
    <>
      <RoleButton
        role="operator"
        refusal={redelivery.isPossible ? null : text(`refusal.${redelivery.refusal}`)}
        onClick={() => setDialog('redeliver')}
      >
        {text('redeliver.open')}
      </RoleButton>
      {isCancellable(delivery) && (
        <RoleButton role="operator" variant="default" onClick={() => setDialog('cancel')}>
          {text('cancel.open')}
        </RoleButton>
      )}
      <ConfirmDialog
        opened={dialog === 'redeliver'}
        onClose={close}
        title={text('redeliver.title')}
        action={text('redeliver.action')}
        onConfirm={redeliver}
        {...(means === 'askVendor' ? { tick: text('redeliver.tickVendor') } : {})}
        {...(means === 'twice' ? { tick: text('redeliver.tickTwice') } : {})}
      >
        <Text>{text(means === 'twice' ? 'redeliver.textTwice' : 'redeliver.text')}</Text>
        {means === 'askVendor' && <Text>{text('redeliver.textVendor')}</Text>}
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'cancel'}
        onClose={close}
        title={text('cancel.title')}
        action={text('cancel.action')}
        onConfirm={cancel}
        danger
      >
        <Text>
          {text(delivery.status === 'scheduled' || delivery.status === 'held' ? 'cancel.waiting' : 'cancel.blocking')}
        </Text>
      </ConfirmDialog>
    </>
  );
}
