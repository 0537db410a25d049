import { IconArrowsSplit2 } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of subscriptions. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/subscriptions',
    title: 'subscriptions.title',
    navigation: { section: 'configure', order: 30, icon: IconArrowsSplit2, key: 's' },
    load: async () => (await import('./subscriptions-screen')).SubscriptionsScreen,
  },
  {
    path: '/b/$brand/new-subscription',
    title: 'subscriptions.new',
    role: 'admin',
    load: async () => (await import('./new-subscription-screen')).NewSubscriptionScreen,
  },
  {
    path: '/b/$brand/subscriptions/$name',
    title: 'subscriptions.one',
    load: async () => (await import('./subscription-screen')).SubscriptionScreen,
  },
];
