import type { MessageTree } from './message-tree';

/** Returns the texts of message files by area. The area is the name of the folder: `../screens/events/en.json`. */
export function byArea(files: Record<string, MessageTree>): MessageTree {
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.split('/').at(-2) ?? path, texts]));
}
