import { nonce } from './lib/nonce';
import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-arabic';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/global.css';
import './theme/preferences.css';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followSignOut } from './api/session';
import { createQueryClient } from './app/query-client';
import { createConsoleRouter } from './app/router';
import { directionOf, initialLocale, loadMessages } from './i18n/locale';
import { LocaleProvider } from './i18n/locale-provider';
import { cssVariables, theme } from './theme/theme';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root".');

const locale = initialLocale();
const messages = await loadMessages(locale);
followSignOut();

createRoot(root).render(
  <StrictMode>
    <DirectionProvider initialDirection={directionOf(locale)} detectDirection={false}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        getStyleNonce={() => nonce}
        defaultColorScheme="auto"
      >
        <LocaleProvider locale={locale} messages={messages}>
          <QueryClientProvider client={createQueryClient()}>
            <Notifications position="bottom-right" />
            <RouterProvider router={createConsoleRouter()} />
          </QueryClientProvider>
        </LocaleProvider>
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
);
