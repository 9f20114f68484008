import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { isWorking, readerKey } from '@/shared/bridge/reader-words';
import { EidPlace } from '@/shared/eid/eid-place';
import { useOpenedEid } from '@/shared/eid/inserted-eid';
import { useFailure } from '@/shared/failure/use-failure';
import { useIdentify } from '@/shared/identify/use-identify';
import { useRecent } from '@/shared/recent/recent';
import { useCounter } from '@/shared/session/session';
import { buttonStyle } from '@/shared/ui/button-style';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { useKey } from '@/shared/ui/keys';
import { PageHeading } from '@/shared/ui/page-heading';
import { IdentifierField } from './identifier-field';
import { ReaderLine } from './reader-line';
import { TapPicture } from './tap-picture';

// What a pass need not wait for is fetched after the first load.
const EidInReader = lazy(async () => ({ default: (await import('@/shared/eid/eid-in-reader')).EidInReader }));

const TodayAtCounter = lazy(async () => ({ default: (await import('./today-at-counter')).TodayAtCounter }));

/** The start of everything: a pass on the reader, an eID in it, or a number in the one field. */
export function HomePage() {
  const eid = useOpenedEid();
  return (
    <div className={classes('mx-auto grid w-full gap-8', eid ? 'max-w-3xl' : 'max-w-2xl')}>
      <EidPlace level="h1" />
      {!eid && <Prompt />}
    </div>
  );
}

function Prompt() {
  const { t } = useTranslation();
  const { state, bridge } = useBridge();
  const counter = useCounter();
  const { identify, pending } = useIdentify();
  const failure = useFailure();
  const [error, setError] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const reader = readerKey(state);
  const works = isWorking(reader);
  const reads = works || reader === 'mute';

  useEffect(() => {
    field.current?.focus();
  }, []);
  useKey('/', t('home.key'), () => field.current?.focus());

  const submit = async (identifier: string) => {
    setError(undefined);
    try {
      await identify(identifier, 'TYPED');
    } catch (caught) {
      setError(failure(caught).text);
    }
  };

  return (
    <>
      <div className="grid justify-items-center gap-5 pt-2 text-center sm:pt-8">
        {reads && <TapPicture brand={counter.cardSystems[0]?.primaryColor} />}
        <div className="grid justify-items-center gap-2">
          <PageHeading className="text-display font-bold text-balance">
            {reads ? t('home.tap') : t('home.type')}
          </PageHeading>
          {works && <ReaderLine />}
          <Suspense>
            <EidInReader place="/" />
          </Suspense>
        </div>
      </div>
      <div className="grid gap-4">
        {reads && (
          <p className="text-center text-balance text-ink-soft">
            {t(bridge.allows('card.identity') ? 'home.orEid' : 'home.or')}
          </p>
        )}
        <IdentifierField
          ref={field}
          primary={!reads}
          pending={pending}
          error={error}
          onSubmit={(identifier) => void submit(identifier)}
        />
      </div>
      {!works && <ReaderLine />}
      <Acts />
      <RecentPeople />
      <Suspense>
        <TodayAtCounter />
      </Suspense>
    </>
  );
}

/** What begins here beside a pass on the reader, for those who may. */
function Acts() {
  const { t } = useTranslation();
  const counter = useCounter();
  const navigate = useNavigate();
  const registers = counter.permissions.includes('PASSHOLDERS_WRITE');
  useKey('n', t('home.newKey'), () => void navigate({ to: '/register' }), { when: registers });
  const searches = counter.permissions.includes('PASSHOLDERS_SEARCH');
  if (!registers && !searches) return null;
  return (
    <nav
      aria-label={t('home.acts')}
      className="grid justify-center gap-3 max-sm:grid-cols-2 sm:grid-flow-col"
    >
      {registers && (
        <Link to="/register" aria-keyshortcuts="n" className={buttonStyle('plain')}>
          <Icon name="plus" />
          {t('home.new')}
        </Link>
      )}
      {searches && (
        <Link to="/search" className={buttonStyle('plain')}>
          <Icon name="search" />
          {t('home.byName')}
        </Link>
      )}
      {registers && (
        <Link to="/registrations" className={buttonStyle('quiet', 'normal', 'max-sm:col-span-2')}>
          {t('home.till')}
        </Link>
      )}
    </nav>
  );
}

function RecentPeople() {
  const { t } = useTranslation();
  const recent = useRecent();
  if (recent.length === 0) return null;

  return (
    <nav
      aria-label={t('home.recent')}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-6"
    >
      <span className="text-ink-soft">{t('home.recent')}</span>
      {recent.map(({ id, firstName, name }) => (
        <Link
          key={id}
          to="/passholders/$id"
          params={{ id }}
          data-person
          className="inline-flex min-h-11 items-center rounded-round border border-line bg-surface px-4 font-medium transition-colors hover:border-line-strong hover:bg-sunken"
        >
          {firstName} {name.charAt(0)}.
        </Link>
      ))}
    </nav>
  );
}
