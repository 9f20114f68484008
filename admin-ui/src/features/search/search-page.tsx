import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTap } from '@/shared/bridge/bridge-provider';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { useIdentify } from '@/shared/identify/use-identify';
import { mayDoAny } from '@/shared/selection/bulk-kinds';
import { choose } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { classes } from '@/shared/ui/classes';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { useKey } from '@/shared/ui/keys';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Filters, type Filter } from './filters';
import { Hits } from './hits';
import { Numbers } from './numbers';
import { otherwise, readNumbers, understand, type Understood } from './query';
import { SelectionBar } from './selection-bar';
import { useAllHits, useHits } from './use-hits';

/** One field that understands what it is given. What was typed stands nowhere but here: not in the address, not in storage. */
export function SearchPage() {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const { identify } = useIdentify();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<Understood>();
  const [filter, setFilter] = useState<Filter>({});
  const field = useRef<HTMLInputElement>(null);
  const query = useHits(asked, filter);
  const allowed = counter.permissions.includes('PASSHOLDERS_SEARCH');

  useEffect(() => {
    field.current?.focus();
  }, []);
  useKey('/', t('key'), () => field.current?.focus());
  // Where numbers are being gathered a pass joins them; elsewhere it leads to its person.
  useTap((tap) => {
    if (!('identifier' in tap)) return;
    const numbers = readNumbers(typed);
    if (numbers.length > 0) setTyped([...new Set([...numbers, tap.identifier])].join(' '));
    else void identify(tap.identifier, tap.source).catch(() => undefined);
  });
  const narrow = (next: Filter) => {
    setFilter(next);
    // Without words the filters are the question.
    if (!asked || asked.kind === 'filter') setAsked(understand(typed) ?? byFilter(next));
  };

  return (
    <div className="grid gap-6">
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-2">
        <div className="grid gap-1">
          <PageHeading className="text-title font-bold sm:text-display">{t('title')}</PageHeading>
          <Scope />
        </div>
        <Elsewhere aside={asked !== undefined} />
      </div>
      <form
        role="search"
        className="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-end"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(understand(typed) ?? byFilter(filter));
        }}
      >
        <Field
          ref={field}
          large
          label={t('field')}
          help={t('help')}
          icon="search"
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
          shortcut="/"
        />
        <Button
          type="submit"
          kind="act"
          size="large"
          className="min-h-16"
          pending={query.isFetching && !query.isFetchingNextPage}
          reason={allowed ? undefined : t('no')}
        >
          {t('go')}
        </Button>
      </form>
      <Filters filter={filter} onChange={narrow} />
      {asked ? (
        <Results asked={asked} filter={filter} query={query} onAsk={setAsked} />
      ) : (
        <EmptyState icon="search" title={t('start')}>
          {t('startText')}
        </EmptyState>
      )}
      <SelectionBar />
    </div>
  );
}

function byFilter(filter: Filter): Understood | undefined {
  return Object.keys(filter).length > 0 ? { kind: 'filter', criteria: {}, count: 1 } : undefined;
}

/** Among whom is searched. */
function Scope() {
  const { t } = useTranslation('search');
  const { cardSystems, permissions } = useCounter();
  return (
    <p className="text-ink-soft">
      {permissions.includes('PASSHOLDERS_SEARCH_ALL')
        ? t('scope.all')
        : t('scope.here', { systems: cardSystems.map(({ name }) => name).join(', ') })}
    </p>
  );
}

/** The ways to work on many people, for who may; on a small screen they make room for what was found. */
function Elsewhere({ aside }: { aside: boolean }) {
  const { t } = useTranslation('search');
  const { permissions } = useCounter();
  return (
    <nav
      aria-label={t('elsewhere')}
      className={classes('-ml-3.5 flex flex-wrap gap-x-2', aside && 'max-sm:hidden')}
    >
      {permissions.includes('PASSHOLDERS_WRITE_SOCIALTARIFF') && (
        <Link to="/expiring" className={buttonStyle('quiet', 'small')}>
          {t('expiring')}
        </Link>
      )}
      {mayDoAny(permissions) && (
        <Link to="/bulk" className={buttonStyle('quiet', 'small')}>
          {t('bulk')}
        </Link>
      )}
    </nav>
  );
}

function Results({
  asked,
  filter,
  query,
  onAsk,
}: {
  asked: Understood;
  filter: Filter;
  query: ReturnType<typeof useHits>;
  onAsk: (asked: Understood) => void;
}) {
  const { t } = useTranslation('search');
  const people = query.data?.pages.flatMap(({ member }) => member) ?? [];
  const first = query.data?.pages[0];
  const other = otherwise(asked);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 text-ink-soft">
        <p aria-live="polite">{t(`as.${asked.kind}`, { count: asked.count })}</p>
        {other && (
          <Button
            kind="link"
            size="small"
            onPress={() => {
              onAsk(other);
            }}
          >
            {t(other.kind === 'name' ? 'rather.name' : 'rather.street')}
          </Button>
        )}
      </div>
      {first?.unknown && first.unknown.length > 0 && (
        <Numbers title={t('unknown', { count: first.unknown.length })} numbers={first.unknown} />
      )}
      {first?.invalid && first.invalid.length > 0 && (
        <Numbers title={t('invalid', { count: first.invalid.length })} numbers={first.invalid} />
      )}
      {query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && people.length === 0 && (
        <EmptyState icon="person" title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {people.length > 0 && (
        <Hits
          people={people}
          more={query.hasNextPage}
          acts={query.hasNextPage && <ChooseAll asked={asked} filter={filter} />}
        />
      )}
      {query.hasNextPage && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** Chooses everybody who is found, also those on pages that are not shown. */
function ChooseAll({ asked, filter }: { asked: Understood; filter: Filter }) {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const failure = useFailure();
  const everybody = useAllHits(asked, filter);
  return (
    <Button
      size="small"
      kind="quiet"
      pending={everybody.isPending}
      onPress={() => {
        everybody.mutate(undefined, {
          onSuccess: (found) => {
            choose(counter.id, found);
          },
          onError: (error) => {
            showToast({ tone: 'stop', text: failure(error).text });
          },
        });
      }}
    >
      {t('everybody')}
    </Button>
  );
}
