import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Icon } from '@/shared/ui/icon';
import { Loading } from '@/shared/ui/skeleton';
import { MergeTable } from './merge-table';
import { PageHead } from './page-head';
import { passholderQuery } from './queries';
import { Refused } from './refused';
import { useMerge } from './use-merge';
import { useWhyNot } from './use-may';

/** Two records side by side: which one stays, and what moves to it. */
export function MergePage() {
  const { id = '', other = '' } = useParams({ strict: false });
  const counter = useCounter();
  const one = useQuery(passholderQuery(counter.id, id));
  const two = useQuery(passholderQuery(counter.id, other));
  const error = one.error ?? two.error;
  if (error && !(one.data && two.data)) {
    return <Failed error={error} onRetry={() => void Promise.all([one.refetch(), two.refetch()])} />;
  }
  return one.data && two.data ? <Merge one={one.data} two={two.data} /> : <Loading lines={8} />;
}

function Merge({ one, two }: { one: Passholder; two: Passholder }) {
  const { t } = useTranslation('profile');
  const navigate = useNavigate();
  const whyNot = useWhyNot();
  const [keptId, setKeptId] = useState(one.id);
  const { merge } = useMerge([one.id, two.id]);
  const [kept, merged] = keptId === one.id ? [one, two] : [two, one];
  const reason =
    whyNot('PASSHOLDERS_MERGE', kept) ??
    (one.mergedInto || two.mergedInto ? t('merge.already') : undefined) ??
    (one.inszKnown && two.inszKnown ? t('merge.twoNumbers') : undefined);

  return (
    <div className="mx-auto grid w-full max-w-5xl gap-8">
      <PageHead person={one} title={t('merge.title')} />
      <Choice
        label={t('merge.which')}
        help={t('merge.whichHelp')}
        value={keptId}
        onChange={setKeptId}
        options={[one, two].map((person, i) => ({
          value: person.id,
          label: (
            <span data-person>
              {person.firstName} {person.name}
            </span>
          ),
          help: t(i === 0 ? 'merge.left' : 'merge.right'),
        }))}
      />
      {(one.dateOfBirth !== two.dateOfBirth ||
        (one.firstName !== two.firstName && one.name !== two.name)) && (
        <Banner tone="warn" title={t('merge.differ')}>
          {t('merge.differText')}
        </Banner>
      )}
      <MergeTable one={one} two={two} keptId={keptId} />
      <Moves kept={kept} merged={merged} />
      {merge.isError && <Refused error={merge.error} />}
      <div className="grid justify-items-start gap-3">
        <Button
          kind="act"
          size="large"
          pending={merge.isPending}
          reason={reason}
          onPress={() => {
            merge.mutate(
              { keptId: kept.id, mergedId: merged.id },
              { onSuccess: () => void navigate({ to: '/passholders/$id', params: { id: kept.id } }) },
            );
          }}
        >
          {t('merge.save')}
        </Button>
        <p className="text-ink-soft">{t('merge.back')}</p>
      </div>
    </div>
  );
}

/** What comes along with the record that closes, and what does not. */
function Moves({ kept, merged }: { kept: Passholder; merged: Passholder }) {
  const { t } = useTranslation('profile');
  const inUse = (person: Passholder, system: number) =>
    person.cards.some(({ cardSystem, status }) => cardSystem.id === system && status === 'ACTIVE');
  const stop = merged.cards.filter(
    ({ status, cardSystem }) => status === 'ACTIVE' && inUse(kept, cardSystem.id),
  );
  const fresh = merged.memberships.filter(
    ({ status, cardSystem }) =>
      status === 'ACTIVE' &&
      !kept.memberships.some((own) => own.cardSystem.id === cardSystem.id && own.status !== 'ENDED'),
  );
  const points = merged.points.balance - merged.points.debt;
  const moves = [
    t('merge.points', { count: points }),
    t('merge.cards', { count: merged.cards.length }),
    ...fresh.map(({ cardSystem }) => t('merge.membership', { system: cardSystem.name })),
    ...(merged.inszKnown && !kept.inszKnown ? [t('merge.insz')] : []),
    t('merge.lists'),
  ];

  return (
    <section aria-labelledby="moves" className="grid gap-3">
      <h2 id="moves" className="text-lead font-bold">
        {t('merge.moves')}
      </h2>
      <ul className="grid gap-2">
        {moves.map((each) => (
          <li key={each} className="flex items-start gap-2.5">
            <span className="mt-0.5 text-ok">
              <Icon name="arrow" />
            </span>
            {each}
          </li>
        ))}
        {stop.length > 0 && (
          <li className="flex items-start gap-2.5">
            <span className="mt-0.5 text-warn">
              <Icon name="lock" />
            </span>
            {t('merge.stop', { count: stop.length })}
          </li>
        )}
        <li className="flex items-start gap-2.5 text-ink-soft">
          <span className="mt-0.5">
            <Icon name="minus" />
          </span>
          {t('merge.stays')}
        </li>
      </ul>
    </section>
  );
}
