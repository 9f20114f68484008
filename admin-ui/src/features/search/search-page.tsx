import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useTap } from '@/shared/bridge/bridge-provider';
import { Failed } from '@/shared/failure/failed';
import { useIdentify } from '@/shared/identify/use-identify';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { useKey } from '@/shared/ui/keys';
import { Loading } from '@/shared/ui/skeleton';
import { Filters, type Filter } from './filters';
import { Hits } from './hits';
import { readNumbers, understand, type Understood } from './query';

const PAGE = 25;

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
  const people = query.data?.pages.flatMap(({ member }) => member) ?? [];
  const first = query.data?.pages[0];
  const more = query.data?.pages.at(-1)?.more ?? false;

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

  return (
    <div className="grid gap-6">
      <h1 className="text-title font-bold sm:text-display">{t('title')}</h1>
      <form
        role="search"
        className="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-end"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(understand(typed));
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
      <Filters filter={filter} onChange={setFilter} />
      <p aria-live="polite" className="text-ink-soft empty:hidden">
        {asked && t(`as.${asked.kind}`, { count: asked.count })}
      </p>
      {first?.unknown && first.unknown.length > 0 && (
        <Banner tone="warn" live="polite" title={t('unknown', { numbers: first.unknown.join(', ') })} />
      )}
      {first?.invalid && first.invalid.length > 0 && (
        <Banner tone="warn" live="polite" title={t('invalid', { numbers: first.invalid.join(', ') })} />
      )}
      {!asked && (
        <EmptyState icon="search" title={t('start')}>
          {t('startText')}
        </EmptyState>
      )}
      {asked && query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && people.length === 0 && (
        <EmptyState icon="person" title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {people.length > 0 && <Hits key={JSON.stringify([asked, filter])} people={people} more={more} />}
      {query.hasNextPage && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </div>
  );
}

function useHits(asked: Understood | undefined, filter: Filter) {
  const counter = useCounter();
  return useInfiniteQuery({
    queryKey: ['search', counter.id, asked?.criteria, filter],
    enabled: asked !== undefined,
    retry: false,
    gcTime: 0,
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.POST('/api/v1/passholder-searches', {
          params: { header: { 'X-Counter': counter.id } },
          // Numbers go alone: who is looked for by number is found, whatever the filters say.
          body: {
            ...asked?.criteria,
            ...(asked?.criteria.numbers || asked?.criteria.inszNumber ? {} : filter),
            start: pageParam,
            limit: PAGE,
          },
        }),
      ),
    getNextPageParam: (last, pages) => (last.more ? pages.length * PAGE : undefined),
  });
}
