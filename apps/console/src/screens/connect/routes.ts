import { IconRocket } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Screen } from '../../app/route';

async function load(): Promise<ComponentType> {
  return (await import('./connect-screen')).ConnectScreen;
}

/** Wizard that connects a source to a destination. Its steps are in the URL. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/connect',
    title: 'connect.title',
    role: 'admin',
    navigation: { section: 'configure', order: 5, icon: IconRocket },
    load,
  },
  { path: '/b/$brand/connect/$step', title: 'connect.title', role: 'admin', load },
];
