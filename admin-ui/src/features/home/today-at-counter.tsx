import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { ActivityTime } from '@/shared/format/activity-time';
import { useCounter } from '@/shared/session/session';
import { Skeleton } from '@/shared/ui/skeleton';

const MOST = 4;

const todayQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['activities', counterId, 'today'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/activities', {
          params: { header: { 'X-Counter': counterId }, query: { when: 'today', limit: MOST } },
        }),
      ),
    staleTime: 60_000,
  });

/** What one can save a point for today, so that whoever sits here knows the programme. */
export function TodayAtCounter() {
  const { t } = useTranslation();
  const counter = useCounter();
  const { data, isPending } = useQuery(todayQuery(counter.id));
  if (!isPending && (data?.member.length ?? 0) === 0) return null;

  return (
    <section aria-labelledby="today" className="grid gap-3 border-t border-line pt-6">
      <h2 id="today" className="text-body font-bold">
        {t('home.today', { counter: counter.name })}
      </h2>
      <ul className="grid gap-2">
        {isPending
          ? [1, 2, 3].map((line) => (
              <li key={line} className="py-1">
                <Skeleton className={line % 2 ? 'w-3/5' : 'w-4/5'} />
              </li>
            ))
          : data?.member.map((activity) => (
              <li key={activity.id} className="flex flex-wrap items-baseline justify-between gap-x-6">
                <span className="min-w-0">{activity.title}</span>
                <span className="text-ink-soft">
                  <ActivityTime when={activity.when} today />
                </span>
              </li>
            ))}
      </ul>
      {data && data.totalItems > MOST && (
        <p className="text-small text-ink-soft">{t('home.more', { count: data.totalItems - MOST })}</p>
      )}
    </section>
  );
}
