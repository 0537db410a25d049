import { byArea } from './by-area';
import type { MessageTree } from './message-tree';

/** Texts of all areas. */
export const messages = byArea(
  import.meta.glob<MessageTree>(['../{ui,app}/ar.json', '../screens/*/ar.json'], { eager: true, import: 'default' }),
);
