import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { PageHeading } from '@/shared/ui/page-heading';
import { CounterList } from './counter-list';
import { findCounters, splitCounters } from './sort';
import { useChooseCounter } from './use-choose-counter';

const SEARCH_FROM = 9;

/** Where the clerk sits today; the last used one comes first. */
export function CountersPage() {
  const { t, i18n } = useTranslation();
  const { me, counter, lastUsed } = useSession();
  const choose = useChooseCounter();
  const [search, setSearch] = useState('');
  const found = findCounters(me.counters, search);
  const { used, others } = splitCounters(found, lastUsed, i18n.language);

  return (
    <div className="mx-auto grid w-full max-w-2xl gap-7 sm:py-6">
      <PageHeading className="text-display font-bold text-balance">{t('counters.title')}</PageHeading>
      {me.counters.length >= SEARCH_FROM && (
        <Field
          label={t('counters.search')}
          type="search"
          icon="search"
          value={search}
          onChange={setSearch}
          autoFocus
          onEnter={() => {
            const first = used[0] ?? others[0];
            if (first) choose(first.id);
          }}
        />
      )}
      {used.length > 0 && (
        <section aria-labelledby="used" className="grid gap-3">
          <h2 id="used" className="text-lead font-bold">
            {t('counters.used')}
          </h2>
          <CounterList counters={used} chosen={counter?.id} onChoose={choose} />
        </section>
      )}
      {others.length > 0 && (
        <section aria-labelledby="others" className="grid gap-3">
          <h2 id="others" className={used.length > 0 ? 'text-lead font-bold' : 'sr-only'}>
            {t('counters.others')}
          </h2>
          <CounterList counters={others} chosen={counter?.id} onChoose={choose} />
        </section>
      )}
      {found.length === 0 && (
        <EmptyState icon="search" title={t('counters.none', { search })}>
          {t('counters.noneText')}
        </EmptyState>
      )}
    </div>
  );
}
