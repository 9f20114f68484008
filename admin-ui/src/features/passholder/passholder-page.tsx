import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { EidInReader } from '@/shared/eid/eid-in-reader';
import { EidPlace } from '@/shared/eid/eid-place';
import { Failed } from '@/shared/failure/failed';
import { rememberRecent } from '@/shared/recent/recent';
import { useCounter } from '@/shared/session/session';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { Activities } from './activities';
import { Person, PersonSkeleton } from './person';
import { passholderQuery } from './queries';
import { useCheckin } from './use-checkin';

/** One person: who she is at the left, what she can do at the right. */
export function PassholderPage() {
  const { id = '' } = useParams({ strict: false });
  // Another person is another page: nothing of the one before stays on it.
  return <Profile key={id} id={id} />;
}

function Profile({ id }: { id: string }) {
  const { t } = useTranslation();
  const counter = useCounter();
  const query = useQuery(passholderQuery(counter.id, id));
  const checkin = useCheckin(id);
  const person = query.data;

  useEffect(() => {
    if (person) rememberRecent(person);
  }, [person]);

  if (query.isError && !person) {
    return (
      <Failed
        error={query.error}
        onRetry={() => void query.refetch()}
        action={
          <Link to="/" className={buttonStyle('act')}>
            {t('home.another')}
          </Link>
        }
      />
    );
  }
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6">
        <BackHome label={t('home.another')} />
        <EidInReader place={`/passholders/${id}`} />
      </div>
      <div className="mb-5 empty:hidden">
        <EidPlace shown={id} />
      </div>
      <div className="grid gap-8 grid-cols-[minmax(0,1fr)] lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-12">
        {person ? <Person person={person} unsure={checkin.unsure} /> : <PersonSkeleton />}
        <Activities passholderId={id} checkin={checkin} />
      </div>
    </div>
  );
}

function BackHome({ label }: { label: string }) {
  return (
    <p>
      <Link
        to="/"
        className="inline-flex min-h-11 items-center gap-2 font-medium text-act-ink underline-offset-4 hover:underline"
      >
        <Icon name="back" />
        {label}
      </Link>
    </p>
  );
}
