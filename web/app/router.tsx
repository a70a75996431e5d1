/**
 * The addresses of the application. What a screen shows is in its address: a link, a reload and the back button find it again.
 * What may name a patient (`q`, `de`, `a`) is kept beside it, in the tab alone: see private-history.ts.
 *
 *   /messages/$view                          a list: see mail/views.ts for the names
 *   /messages/$view/$accountId/$emailId      the list and what is read
 *   /ecrire                                  a new message; `reponse`, `mode`, `a` say of what and to whom
 *   /ecrire/$accountId/$emailId              a draft
 *   /programmes                              what waits for its time
 *   /supprimes/$accountId                    what was deleted and can be brought back
 *   /annuaire, /reglages, /reglages/$section, /urgence
 */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readDirectorySearch } from '../directory/directory-search.ts';
import { readComposeSearch } from '../mail/compose/compose-search.ts';
import { readListSearch } from '../mail/list-search.ts';
import { NotFound } from './NotFound.tsx';
import { createPrivateHistory } from './private-history.ts';
import { Shell } from './shell/Shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/messages/$view', params: { view: 'reception' } });
  },
});

const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages/$view',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('../mail/MailPage.tsx'), 'MailPage'),
});

const reading = createRoute({
  getParentRoute: () => messages,
  path: '/$accountId/$emailId',
  component: lazyRouteComponent(() => import('../mail/reading/ReadingPane.tsx'), 'ReadingPane'),
});

const deleted = createRoute({
  getParentRoute: () => root,
  path: '/supprimes/$accountId',
  component: lazyRouteComponent(() => import('../mail/list/DeletedPage.tsx'), 'DeletedPage'),
});

const compose = createRoute({
  getParentRoute: () => root,
  path: '/ecrire',
  validateSearch: readComposeSearch,
  component: lazyRouteComponent(() => import('../mail/compose/ComposePage.tsx'), 'ComposePage'),
});

/** The same screen: it stays while what one writes becomes a draft. */
const draft = createRoute({ getParentRoute: () => compose, path: '/$accountId/$emailId' });

const scheduled = createRoute({
  getParentRoute: () => root,
  path: '/programmes',
  component: lazyRouteComponent(() => import('../mail/compose/ScheduledPage.tsx'), 'ScheduledPage'),
});

const directory = createRoute({
  getParentRoute: () => root,
  path: '/annuaire',
  validateSearch: readDirectorySearch,
  component: lazyRouteComponent(() => import('../directory/DirectoryPage.tsx'), 'DirectoryPage'),
});

const settingsList = createRoute({
  getParentRoute: () => root,
  path: '/reglages',
  component: lazyRouteComponent(() => import('../settings/SettingsPage.tsx'), 'SettingsPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/reglages/$section',
  component: lazyRouteComponent(() => import('../settings/SettingsPage.tsx'), 'SettingsPage'),
});

const emergency = createRoute({
  getParentRoute: () => root,
  path: '/urgence',
  component: lazyRouteComponent(() => import('../emergency/EmergencyPage.tsx'), 'EmergencyPage'),
});

const tree = root.addChildren([
  home,
  messages.addChildren([reading]),
  deleted,
  compose.addChildren([draft]),
  scheduled,
  directory,
  settingsList,
  settings,
  emergency,
]);

export function createAppRouter(personId: string) {
  const history = createPrivateHistory(window, personId);
  return createRouter({ routeTree: tree, history, defaultPreload: false, scrollRestoration: false });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
