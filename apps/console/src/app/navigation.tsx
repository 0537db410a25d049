import { ScrollArea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { SECTIONS } from './route';
import classes from './shell.module.css';
import { useText } from './text';
import { useNavigationEntries } from './use-navigation-entries';

/** Links to the screens that the caller may open, by section. */
export function Navigation(): ReactNode {
  const text = useText();
  const entries = useNavigationEntries();
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: -1 }}>
      {SECTIONS.map((section) => {
        const inSection = entries.filter((entry) => entry.section === section);
        return inSection.length === 0 ? null : (
          <section key={section} aria-labelledby={`section-${section}`}>
            <h2 id={`section-${section}`} className={classes.section}>
              {text(`sections.${section}`)}
            </h2>
            <ul className={classes.list}>
              {inSection.map(({ to, title, icon: EntryIcon, isExact }) => (
                <li key={to}>
                  <Link to={to} className={classes.entry} activeOptions={{ exact: isExact, includeSearch: false }}>
                    <EntryIcon size={16} aria-hidden />
                    {title}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </ScrollArea>
  );
}
