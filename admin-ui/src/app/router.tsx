import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  type RouteComponent,
} from '@tanstack/react-router';
import { fetchWords } from '@/shared/i18n/i18n';
import { aboutQuery, meQuery } from '@/shared/session/session';
import { Frame } from './frame';
import { PageFailed, PageMissing } from './page-failed';
import type { Pages } from './pages';
import { queryClient } from './query-client';
import { Shell } from './shell';

/* Every page is its own chunk; the frame around them is the first load. */

/** A page that nobody opens by a tap: where it lies is fetched later too, which leaves room in the first load. */
const later = (name: keyof Pages): RouteComponent =>
  lazyRouteComponent(async () => ({ page: await (await import('./pages')).pages[name]() }), 'page');

const root = createRootRoute({
  component: Outlet,
  errorComponent: (failure) => (
    <Shell>
      <PageFailed {...failure} />
    </Shell>
  ),
  notFoundComponent: () => (
    <Shell>
      <PageMissing />
    </Shell>
  ),
});

/** The pages of a counter, for who is signed in. */
const counter = createRoute({
  getParentRoute: () => root,
  id: 'counter',
  component: Frame,
  beforeLoad: async () => {
    await Promise.all([
      queryClient.query({ ...meQuery, staleTime: 'static' }),
      queryClient.query({ ...aboutQuery, staleTime: 'static' }),
    ]);
  },
});

const home = createRoute({
  getParentRoute: () => counter,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/home/home-page'), 'HomePage'),
});

const passholder = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id',
  loader: () => Promise.all([fetchWords('profile'), fetchWords('card')]),
  component: lazyRouteComponent(() => import('@/features/passholder/passholder-page'), 'PassholderPage'),
});

const replace = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/replace/$card',
  loader: () => fetchWords('profile'),
  component: later('ReplacePage'),
});

const edit = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/edit',
  loader: () => fetchWords('profile'),
  component: later('EditPage'),
});

const tariff = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/tariff/$system',
  loader: () => fetchWords('profile'),
  component: later('TariffPage'),
});

const join = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/join/$system',
  loader: () => fetchWords('profile'),
  component: later('JoinPage'),
});

const family = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/family',
  loader: () => fetchWords('profile'),
  component: later('FamilyPage'),
});

const associations = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/associations',
  loader: () => fetchWords('profile'),
  component: later('AssociationsPage'),
});

const record = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/record',
  loader: () => fetchWords('profile'),
  component: later('RecordPage'),
});

const mergeFind = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/merge',
  loader: () => fetchWords('profile'),
  component: later('MergeFindPage'),
});

const merge = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/merge/$other',
  loader: () => fetchWords('profile'),
  component: later('MergePage'),
});

const privacy = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/privacy',
  loader: () => fetchWords('profile'),
  component: later('PrivacyPage'),
});

const privacyRequests = createRoute({
  getParentRoute: () => counter,
  path: '/privacy',
  loader: () => fetchWords('profile'),
  component: later('RequestsPage'),
});

const search = createRoute({
  getParentRoute: () => counter,
  path: '/search',
  loader: () => fetchWords('search'),
  component: later('SearchPage'),
});

/** What is done to many people at once. */
const bulks = createRoute({
  getParentRoute: () => counter,
  path: '/bulk',
  loader: () => fetchWords('bulk'),
  component: later('BulksPage'),
});

const newBulk = createRoute({
  getParentRoute: () => counter,
  path: '/bulk/new/$kind',
  validateSearch: ({ system }: { system?: unknown }): { system?: number } =>
    typeof system === 'number' ? { system } : {},
  loader: () => fetchWords('bulk'),
  component: later('NewBulkPage'),
});

const bulk = createRoute({
  getParentRoute: () => counter,
  path: '/bulk/$id',
  loader: () => fetchWords('bulk'),
  component: later('BulkOrderPage'),
});

/** Whose social tariff ends soon. */
const expiring = createRoute({
  getParentRoute: () => counter,
  path: '/expiring',
  loader: () => fetchWords('bulk'),
  component: later('ExpiringPage'),
});

const points = createRoute({
  getParentRoute: () => counter,
  path: '/passholders/$id/points',
  component: later('PointsPage'),
});

/** A card that leads to no profile, explained. */
const card = createRoute({
  getParentRoute: () => counter,
  path: '/card',
  loader: () => fetchWords('card'),
  component: lazyRouteComponent(() => import('@/features/identify/card-page'), 'CardPage'),
});

/** From a pass of nobody to a pass of somebody. */
const register = createRoute({
  getParentRoute: () => counter,
  path: '/register',
  loader: () => Promise.all([fetchWords('registration'), fetchWords('eid'), fetchWords('card')]),
  component: later('RegistrationPage'),
});

/** What the counter sold on a day. */
const registrations = createRoute({
  getParentRoute: () => counter,
  path: '/registrations',
  loader: () => fetchWords('registration'),
  component: later('DayPage'),
});

const counters = createRoute({
  getParentRoute: () => counter,
  path: '/counters',
  component: later('CountersPage'),
});

/** Running a card system: its prices and vouchers. */
const administration = createRoute({
  getParentRoute: () => counter,
  path: '/administration/$',
  loader: () => fetchWords('administration'),
  component: later('AdministrationPage'),
});

/** Every part in every state: for those who build, and for a sandbox. */
const components = createRoute({
  getParentRoute: () => root,
  path: '/components',
  beforeLoad: async () => {
    if (import.meta.env.DEV) return;
    const { sandbox } = await queryClient.query({ ...aboutQuery, staleTime: 'static' });
    if (!sandbox) throw notFound();
  },
  component: later('ComponentsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    counter.addChildren([
      home,
      passholder,
      replace,
      edit,
      tariff,
      join,
      family,
      associations,
      record,
      mergeFind,
      merge,
      privacy,
      privacyRequests,
      search,
      bulks,
      newBulk,
      bulk,
      expiring,
      points,
      card,
      register,
      registrations,
      counters,
      administration,
    ]),
    components,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: PageMissing,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
