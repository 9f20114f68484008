import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { CounterSwitcher } from '@/features/counter/counter-switcher';
import { TapNavigator } from '@/features/identify/tap-navigator';
import { SandboxNotice } from '@/features/sandbox/sandbox-notice';
import { BridgeProvider } from '@/shared/bridge/bridge-provider';
import { ReaderStatus } from '@/shared/bridge/reader-status';
import { fetchWords } from '@/shared/i18n/i18n';
import { meQuery, SessionProvider, useSession } from '@/shared/session/session';
import { useSignOut } from '@/shared/session/sign-out';
import { Shell } from './shell';

const SignInPage = lazy(async () => {
  const [{ SignInPage: page }] = await Promise.all([
    import('@/features/login/sign-in-page'),
    fetchWords('login'),
  ]);
  return { default: page };
});
const NoRightsPage = lazy(async () => {
  const [{ NoRightsPage: page }] = await Promise.all([
    import('@/features/login/no-rights-page'),
    fetchWords('login'),
  ]);
  return { default: page };
});
const CountersPage = lazy(async () => ({
  default: (await import('@/features/counter/counters-page')).CountersPage,
}));
const SandboxTray = lazy(async () => ({
  default: (await import('@/features/sandbox/sandbox-tray')).SandboxTray,
}));

/** The rights of which one opens a part of the administration. */
const administration = ['CARDSYSTEMS_WRITE', 'CARDS_WRITE', 'CARDS_STOCK'];

/**
 * Around every page of the counter. Whoever is not signed in, has nowhere to work, or has not said where she sits
 * meets the page that settles it, at the address she asked for: so she arrives there after all.
 */
export function Frame() {
  const { data: me } = useQuery(meQuery);
  const here = useRouterState({ select: (state) => state.location.href });
  const [signedIn, setSignedIn] = useState(false);
  if (me && !signedIn) setSignedIn(true);
  if (!me) {
    return (
      <Shell>
        <SignInPage returnTo={here} ended={signedIn} />
      </Shell>
    );
  }
  return (
    <SessionProvider me={me}>
      <SignedIn />
    </SessionProvider>
  );
}

function SignedIn() {
  const { me, counter } = useSession();
  const signOut = useSignOut();
  const around = {
    notice: me.sandbox && <SandboxNotice />,
    user: me.user,
    onSignOut: () => {
      signOut.mutate();
    },
  };
  if (me.counters.length === 0) {
    return (
      <Shell {...around}>
        <NoRightsPage />
      </Shell>
    );
  }
  if (!counter) {
    return (
      <Shell {...around}>
        <CountersPage />
      </Shell>
    );
  }
  return (
    <BridgeProvider>
      <Shell
        {...around}
        administers={counter.permissions.some((right) => administration.includes(right))}
        counter={<CounterSwitcher />}
        bridge={<ReaderStatus />}
        practice={
          me.sandbox && (
            <Suspense>
              <SandboxTray />
            </Suspense>
          )
        }
      >
        <TapNavigator />
        <Outlet />
      </Shell>
    </BridgeProvider>
  );
}
