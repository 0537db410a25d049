import { createRootRoute, createRoute, createRouter, Outlet, type AnyRouter } from '@tanstack/react-router';
import { lazy } from 'react';
import { parseSearch, stringifySearch } from '../lib/search';
import { HomeScreen } from './home-screen';
import { NotFoundScreen } from './not-found-screen';
import { RouteError } from './route-error';
import { screens } from './screens';
import { Shell } from './shell';
import { SignInScreen } from './sign-in-screen';
import { SignedInScreen } from './signed-in-screen';
import { RoleGate } from './role-gate';

/** Creates the router with the routes of all areas below the shell, and the pages of the sign-in beside it. */
export function createConsoleRouter(): AnyRouter {
  const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundScreen, errorComponent: RouteError });
  const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignInScreen });
  const signedIn = createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedInScreen });
  const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
  const home = createRoute({ getParentRoute: () => shell, path: '/', component: HomeScreen });
  const inShell = screens.map((screen) => {
    const Component = lazy(async () => ({ default: await screen.load() }));
    return createRoute({
      getParentRoute: () => shell,
      path: screen.path,
      component: () => (
        <RoleGate role={screen.role ?? 'viewer'}>
          <Component />
        </RoleGate>
      ),
      errorComponent: RouteError,
    });
  });
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn, shell.addChildren([home, ...inShell])]),
    basepath: '/console',
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}
