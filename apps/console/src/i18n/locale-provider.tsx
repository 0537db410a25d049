import { useDirection } from '@mantine/core';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { setPreference } from '../lib/preferences';
import { directionOf, loadMessages, type Locale } from './locale';
import type { MessageTree } from './message-tree';

interface LocaleSwitch {
  readonly locale: Locale;
  setLocale(locale: Locale): void;
}

const LocaleContext = createContext<LocaleSwitch>({ locale: 'en', setLocale: () => undefined });

/** Returns the language of the console and the function that changes it. */
export function useLocaleSwitch(): LocaleSwitch {
  return use(LocaleContext);
}

interface LocaleProviderProps {
  readonly locale: Locale;
  readonly messages: MessageTree;
  readonly children: ReactNode;
}

/** Provides the texts, and sets the language and direction of the document. */
export function LocaleProvider({ locale, messages, children }: LocaleProviderProps): ReactNode {
  const [current, setCurrent] = useState({ locale, messages });
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = current.locale;
    setDirection(directionOf(current.locale));
  }, [current.locale, setDirection]);
  const setLocale = (next: Locale): void => {
    setPreference('locale', next);
    void loadMessages(next).then((loaded) => setCurrent({ locale: next, messages: loaded }));
  };
  return (
    <LocaleContext value={{ locale: current.locale, setLocale }}>
      {/* Times are formatted by TimeText, so the time zone here only prevents a warning of the package. */}
      <IntlProvider locale={numberLocale(current.locale)} messages={current.messages} timeZone="UTC">
        {children}
      </IntlProvider>
    </LocaleContext>
  );
}

/** Arabic with Latin digits, because ids, counts and times stand beside values of the API, which have Latin digits. */
export function numberLocale(locale: Locale): string {
  return locale === 'ar' ? 'ar-u-nu-latn' : locale;
}
