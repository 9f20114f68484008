import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Icon } from '@/shared/ui/icon';
import { Loading } from '@/shared/ui/skeleton';
import { consentsQuery } from './queries';

/** Every yes and every no of a person, with when and where it was said. */
export function ConsentHistory({ id }: { id: string }) {
  const { t } = useTranslation('profile');
  const { day, time } = useFormat();
  const counter = useCounter();
  const { data, error, refetch } = useQuery(consentsQuery(counter.id, id));
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) return <p className="py-2 text-ink-soft">{t('consent.none')}</p>;
  return (
    <ol className="grid">
      {data.map(({ consent, given, at, channel, counter: where }) => (
        <li
          key={`${consent} ${at}`}
          className="flex items-start gap-3 border-b border-line py-2.5 last:border-0"
        >
          <span className={given ? 'mt-0.5 text-ok' : 'mt-0.5 text-ink-soft'}>
            <Icon name={given ? 'check' : 'cross'} />
          </span>
          <div className="min-w-0">
            <p>
              {t(`consent.${consent}`)}: {t(given ? 'consent.yes' : 'consent.no')}
            </p>
            <p className="text-small text-ink-soft">
              {day(at)}, {time(at)} · {where ?? t(`consent.by.${channel}`)}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
