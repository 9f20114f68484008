import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity, When } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { useKey } from '@/shared/ui/keys';
import { Skeleton } from '@/shared/ui/skeleton';
import { ActivityItem } from './activity-item';
import { activitiesQuery } from './queries';
import { useStableOrder } from './use-stable-order';
import type { useCheckin } from './use-checkin';
import { WhenFilter } from './when-filter';

const NUMBER_KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What this person can save a point for at this counter; what she cannot is there too, with why. */
export function Activities({
  passholderId,
  checkin,
}: {
  passholderId: string;
  checkin: ReturnType<typeof useCheckin>;
}) {
  const { t } = useTranslation();
  const counter = useCounter();
  const [when, setWhen] = useState<When>('today');
  const [search, setSearch] = useState('');
  const searched = useDeferredValue(search.trim());
  const field = useRef<HTMLInputElement>(null);
  const query = useQuery(activitiesQuery(counter.id, passholderId, when, searched));
  const activities = useStableOrder(
    query.data?.member ?? [],
    `${when} ${searched} ${query.isPlaceholderData}`,
  );
  const keyed = activities.filter(({ checkin: { allowed, doneAt } }) => allowed || doneAt !== undefined);
  const first = keyed.find((activity) => activity.checkin.allowed);

  useKey('/', t('activities.search'), () => field.current?.focus());

  return (
    <section aria-labelledby="activities" className="grid content-start gap-5">
      <h2 id="activities" className="text-title font-bold">
        {t('activities.title')}
      </h2>
      <div className="flex flex-wrap items-start gap-3">
        <WhenFilter when={when} onChange={setWhen} />
        <div className="min-w-52 grow">
          <Field
            ref={field}
            label={t('activities.search')}
            hideLabel
            placeholder={t('activities.search')}
            type="search"
            icon="search"
            shortcut="/"
            value={search}
            onChange={setSearch}
            autoComplete="off"
          />
        </div>
      </div>
      <ActKeys activities={keyed} onSave={checkin.save} />
      {query.isPending && <ListSkeleton />}
      {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && activities.length === 0 && (
        <NothingFound
          when={when}
          search={searched}
          onWider={() => {
            setSearch('');
            setWhen('all');
          }}
        />
      )}
      {activities.length > 0 && (
        <ol className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
          {activities.map((activity) => (
            <ActivityItem
              key={activity.id}
              activity={activity}
              passholderId={passholderId}
              primary={activity === first}
              today={when === 'today'}
              number={keyed.indexOf(activity) + 1}
              checkin={checkin}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

/** p for the first, 1 to 9 for the nth. One whose point was just given keeps its key, so that no other gets it. */
function ActKeys({
  activities,
  onSave,
}: {
  activities: readonly Activity[];
  onSave: (activity: Activity) => void;
}) {
  return (
    <>
      <ActKey name="p" activity={activities[0]} onSave={onSave} />
      {NUMBER_KEYS.map((number) => (
        <ActKey key={number} name={String(number)} activity={activities[number - 1]} onSave={onSave} />
      ))}
    </>
  );
}

function ActKey({
  name,
  activity,
  onSave,
}: {
  name: string;
  activity: Activity | undefined;
  onSave: (activity: Activity) => void;
}) {
  const { t } = useTranslation();
  useKey(
    name,
    t('checkin.key', { activity: activity?.title ?? '' }),
    () => {
      if (activity) onSave(activity);
    },
    { when: activity?.checkin.allowed ?? false },
  );
  return null;
}

function NothingFound({ when, search, onWider }: { when: When; search: string; onWider: () => void }) {
  const { t } = useTranslation();
  const widest = when === 'all' && search === '';
  return (
    <EmptyState
      icon="calendar"
      title={search ? t('activities.notFound', { search }) : t(`activities.none.${when}`)}
      action={!widest && <Button onPress={onWider}>{t('activities.wider')}</Button>}
    >
      {widest && t('activities.noneText')}
    </EmptyState>
  );
}

function ListSkeleton() {
  return (
    <div className="divide-y divide-line rounded-card border border-line bg-surface">
      {[0, 1, 2, 3].map((line) => (
        <div key={line} className="flex min-h-22 items-center justify-between gap-6 px-5">
          <div className="grid grow gap-2.5">
            <Skeleton className={line % 2 ? 'w-2/5' : 'w-3/5'} />
            <Skeleton className="w-1/3" />
          </div>
          <Skeleton className="h-11 w-28 rounded-control" />
        </div>
      ))}
    </div>
  );
}
