import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Role } from '../api/session';

/** Sections of the navigation, in order. */
export const SECTIONS = ['watch', 'configure', 'hub'] as const;

/** Section of the navigation. */
export type NavigationSection = (typeof SECTIONS)[number];

/** Entry of a screen in the navigation and in the command palette. */
export interface NavigationEntry {
  readonly section: NavigationSection;
  /** Place within the section, below 1,000; lower is higher up. */
  readonly order: number;
  readonly icon: Icon;
  /** Letter that opens the screen after `g`. */
  readonly key?: string;
}

/** Screen of an area, with its route. */
export interface Screen {
  /** Path below `/console`, with parameters: `/b/$brand/events/$id`. */
  readonly path: string;
  /** Key of the title in the message files, area included: `events.title`. */
  readonly title: string;
  /** Lowest role that may open the screen; `viewer` if absent. */
  readonly role?: Role;
  /** Absent if the screen is opened from another screen only. */
  readonly navigation?: NavigationEntry;
  /** Loads the component. Each screen is a file of its own, so a browser loads only what it shows. */
  load(): Promise<ComponentType>;
}
