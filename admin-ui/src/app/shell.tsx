import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Flyout } from '@/shared/ui/flyout';
import { Icon } from '@/shared/ui/icon';
import { listenForKeys, useKey } from '@/shared/ui/keys';
import { togglePerson, useHidden } from '@/shared/ui/privacy';
import { Toaster } from '@/shared/ui/toaster';
import { LanguageSwitch } from './language-switch';
import { Logo } from './logo';
import { PrivacyGuard } from './privacy-guard';
import { followSystemContrast } from './theme';

// A sheet that is closed can wait.
const Preferences = lazy(async () => ({ default: (await import('./preferences')).Preferences }));

const KeysDialog = lazy(() => import('./keys-dialog'));

/** What stands around every screen: the bar with its tools, the content, the messages. */
export function Shell({
  counter,
  bridge,
  practice,
  notice,
  user,
  administers = false,
  onSignOut,
  children,
}: {
  /** Which counter one works at, and the way to another. */
  counter?: ReactNode;
  /** How the card reader stands, in a few words. */
  bridge?: ReactNode;
  /** Sample passes, where people practise. */
  practice?: ReactNode;
  /** What holds for the whole app, such as that its people are not real. */
  notice?: ReactNode;
  user?: { name: string; email: string };
  /** Whether she runs a card system here. */
  administers?: boolean;
  onSignOut?: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation('ui');
  const hidden = useHidden() !== 'no';
  const [help, setHelp] = useState(false);
  const showHelp = () => {
    setHelp(true);
  };
  useKey('?', t('keys.help'), showHelp, { everywhere: true });
  useEffect(() => listenForKeys(), []);
  useEffect(() => followSystemContrast(), []);

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-act font-medium text-on-act focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:px-5 focus:py-3"
      >
        {t('shell.skip')}
      </a>
      <header data-noprint className="relative border-b border-line bg-surface">
        {notice}
        <div className="mx-auto flex min-h-16 max-w-7xl flex-wrap items-center gap-x-1 px-3 sm:gap-x-2 sm:px-6">
          <Link
            to="/"
            aria-label={`OpenBalie. ${t('shell.home')}`}
            className="mr-1 flex min-h-11 items-center gap-2.5 rounded-control text-lead font-bold tracking-tight sm:mr-3"
          >
            <Logo />
            <span className={counter ? 'max-md:hidden' : undefined}>OpenBalie</span>
          </Link>
          <div className="min-w-0 flex-1">{counter}</div>
          {bridge && (
            <div className="min-w-0 max-md:order-last max-md:flex max-md:w-full max-md:items-center max-md:justify-between max-md:pb-2">
              {bridge}
              {practice}
            </div>
          )}
          <nav aria-label={t('shell.tools')} className="flex items-center">
            {administers && (
              <Link
                to="/administration/$"
                params={{ _splat: '' }}
                className={buttonStyle('quiet', 'small', 'max-lg:aspect-square max-lg:!px-0')}
                title={t('shell.administration')}
              >
                <Icon name="sliders" />
                <span className="max-lg:sr-only">{t('shell.administration')}</span>
              </Link>
            )}
            {user && (
              <Button
                kind="quiet"
                size="small"
                icon={hidden ? 'eyeOff' : 'eye'}
                iconOnly
                pressed={hidden}
                shortcut="F8"
                onPress={togglePerson}
              >
                {t('shell.hide')}
              </Button>
            )}
            <div className={user && 'max-sm:hidden'}>
              <LanguageSwitch />
            </div>
            <Flyout
              name={user ? `${t('shell.account')}: ${user.name}` : t('shell.theme')}
              icon={user ? 'person' : 'contrast'}
              label={user && <span className="max-w-40 truncate max-lg:hidden">{user.name}</span>}
            >
              {user && (
                <div className="mb-2 border-b border-line px-2 pt-1 pb-3">
                  <p className="font-medium">{user.name}</p>
                  <p className="text-small text-ink-soft">{user.email}</p>
                </div>
              )}
              {user && (
                <div className="sm:hidden">
                  <LanguageSwitch />
                </div>
              )}
              <Suspense>
                <Preferences />
              </Suspense>
              <div data-close className="mt-2 grid justify-items-stretch border-t border-line pt-2">
                <Button
                  kind="quiet"
                  size="small"
                  icon="keyboard"
                  onPress={showHelp}
                  className="!justify-start !px-2"
                >
                  {t('shell.keys')}
                </Button>
                {onSignOut && (
                  <Button
                    kind="quiet"
                    size="small"
                    icon="leave"
                    onPress={onSignOut}
                    className="!justify-start !px-2"
                  >
                    {t('shell.signOut')}
                  </Button>
                )}
              </div>
            </Flyout>
          </nav>
        </div>
        <PrivacyGuard />
      </header>
      <Content>{children}</Content>
      <Toaster />
      {help && (
        <Suspense>
          <KeysDialog
            open
            onClose={() => {
              setHelp(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

/** After a change of page the focus goes to its content, as a page load would do. */
function Content({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    const first = before.current === undefined;
    if (before.current === path) return;
    before.current = path;
    // A field that asked for the focus keeps it.
    if (!first && !main.current?.contains(document.activeElement))
      main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <main
      ref={main}
      id="content"
      tabIndex={-1}
      className="mx-auto w-full max-w-7xl grow px-4 pt-6 pb-28 outline-none sm:px-6 sm:pt-8"
    >
      {children}
    </main>
  );
}
