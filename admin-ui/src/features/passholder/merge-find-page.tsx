import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { buttonStyle } from '@/shared/ui/button-style';
import { Loading } from '@/shared/ui/skeleton';
import { draftOf, requestOf } from './draft';
import { FindPerson } from './find-person';
import { PageHead } from './page-head';
import { passholderQuery, personKey } from './queries';
import { useWhyNot } from './use-may';

const doublesQuery = (counterId: string, person: Passholder) =>
  queryOptions({
    queryKey: [...personKey(counterId, person.id), 'doubles', person.version],
    queryFn: async () => {
      const draft = draftOf(person);
      const { doubles } = await unwrap(
        api.POST('/api/v1/passholder-checks', {
          params: { header: { 'X-Counter': counterId } },
          body: { passholderId: person.id, ...requestOf(draft, draft) },
        }),
      );
      return doubles;
    },
  });

/** Which other record is of the same person: those who look like it first, then whoever one finds. */
export function MergeFindPage() {
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const { data: person, error, refetch } = useQuery(passholderQuery(counter.id, id));
  if (error && !person) return <Failed error={error} onRetry={() => void refetch()} />;
  return person ? <Find person={person} /> : <Loading lines={6} />;
}

function Find({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const counter = useCounter();
  const whyNot = useWhyNot();
  const no = whyNot('PASSHOLDERS_MERGE', person);
  const { data: doubles } = useQuery({
    ...doublesQuery(counter.id, person),
    enabled: counter.permissions.includes('PASSHOLDERS_WRITE'),
  });
  const alike = doubles ?? [];

  return (
    <div className="mx-auto grid w-full max-w-4xl gap-10">
      <PageHead person={person} title={t('merge.title')}>
        {t('merge.lead')}
      </PageHead>
      {no ? (
        <p className="text-ink-soft">{no}</p>
      ) : (
        <>
          {alike.length > 0 && (
            <section aria-labelledby="alike" className="grid gap-3">
              <h2 id="alike" className="text-lead font-bold">
                {t('merge.alike')}
              </h2>
              <ul className="grid">
                {alike.map((double) => (
                  <li
                    key={double.passholderId}
                    className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:border-t"
                  >
                    <div data-person className="min-w-0">
                      <p className="font-medium">
                        {double.firstName} {double.name}
                      </p>
                      <p className="text-small text-ink-soft">
                        {date(double.dateOfBirth)} · {double.city}
                      </p>
                    </div>
                    <Compare id={person.id} other={double.passholderId} name={double.firstName} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section aria-labelledby="find" className="grid gap-4">
            <h2 id="find" className="text-lead font-bold">
              {t(alike.length > 0 ? 'merge.someoneElse' : 'merge.find')}
            </h2>
            <FindPerson
              label={t('merge.label')}
              tap={t('merge.tap')}
              leaveOut={[person.id]}
              action={(found) => <Compare id={person.id} other={found.id} name={found.firstName} />}
            />
          </section>
        </>
      )}
    </div>
  );
}

function Compare({ id, other, name }: { id: string; other: string; name: string }) {
  const { t } = useTranslation('profile');
  return (
    <Link
      to="/passholders/$id/merge/$other"
      params={{ id, other }}
      aria-label={t('merge.compareWith', { name })}
      className={buttonStyle('plain', 'small')}
    >
      {t('merge.compare')}
    </Link>
  );
}
