import { IconSend } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the deliveries. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/deliveries',
    title: 'deliveries.title',
    navigation: { section: 'watch', order: 30, icon: IconSend, key: 'd' },
    load: async () => (await import('./deliveries-screen')).DeliveriesScreen,
  },
  {
    path: '/b/$brand/deliveries/$id',
    title: 'deliveries.one',
    load: async () => (await import('./delivery-screen')).DeliveryScreen,
  },
];
