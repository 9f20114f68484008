import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { components } from '@/api/schema.gen';
import type { Passholder } from '@/api/types';
import { ConsentHistory } from './consent-history';
import { PageHead } from './page-head';
import { passholderQuery } from './queries';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Erasure } from './erasure';
import { readsQuery } from './privacy-queries';
import { useExport } from './use-privacy';

/** What a person may ask under the data-protection law: everything we know, who looked, and to be forgotten. */
export function PrivacyPage() {
  const { t } = useTranslation('profile');
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const may = counter.permissions.includes('PASSHOLDERS_PRIVACY');
  const { data: person, error, refetch } = useQuery(passholderQuery(counter.id, id));
  if (error && !person) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!person) return <Loading lines={6} />;
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-10">
      <PageHead person={person} title={t('privacy.title')} />
      {may ? (
        <>
          <Export person={person} />
          <Erasure person={person} />
          <section aria-labelledby="consents" className="grid gap-2">
            <h2 id="consents" className="text-lead font-bold">
              {t('consent.history')}
            </h2>
            <ConsentHistory id={person.id} />
          </section>
          <Reads id={person.id} />
        </>
      ) : (
        <EmptyState icon="lock" title={t('no.right')} />
      )}
    </div>
  );
}

function Export({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const hand = useExport(person.id);
  return (
    <section aria-labelledby="export" className="grid justify-items-start gap-3">
      <h2 id="export" className="text-lead font-bold">
        {t('privacy.export')}
      </h2>
      <p className="max-w-prose text-pretty">{t('privacy.exportText')}</p>
      <div className="flex flex-wrap gap-3">
        <Button
          kind="act"
          icon="printer"
          pending={hand.isPending && hand.variables === 'html'}
          onPress={() => {
            hand.mutate('html');
          }}
        >
          {t('privacy.readable')}
        </Button>
        <Button
          pending={hand.isPending && hand.variables === 'json'}
          onPress={() => {
            hand.mutate('json');
          }}
        >
          {t('privacy.machine')}
        </Button>
      </div>
    </section>
  );
}

function Reads({ id }: { id: string }) {
  const { t } = useTranslation('profile');
  const { day, time } = useFormat();
  const counter = useCounter();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    readsQuery(counter.id, id),
  );
  const looks = together(data?.pages.flatMap(({ member }) => member) ?? [], day);
  return (
    <section aria-labelledby="reads" className="grid gap-2">
      <h2 id="reads" className="text-lead font-bold">
        {t('privacy.reads')}
      </h2>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && looks.length === 0 && <p className="text-ink-soft">{t('privacy.noReads')}</p>}
      <ol className="grid">
        {looks.map(({ at, kind, reader, counter: where, purpose, times }) => (
          <li key={`${at} ${kind}`} className="border-b border-line py-2.5 last:border-0">
            <p>
              {reader ?? t('privacy.someone')} · {t(`privacy.read.${kind}`)}
            </p>
            <p className="text-small text-ink-soft">
              {[
                `${day(at)}, ${time(at)}`,
                times > 1 && t('privacy.times', { count: times }),
                where,
                purpose && t(`privacy.purpose.${purpose}`),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <div>
          <Button size="small" pending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            {t('privacy.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

type Look = components['schemas']['Read'];

/** Looks of the same kind by the same person on one day are one line, with how often. */
function together(looks: readonly Look[], day: (at: string) => string): (Look & { times: number })[] {
  const lines = new Map<string, Look & { times: number }>();
  for (const look of looks) {
    const key = [day(look.at), look.kind, look.reader, look.counter, look.purpose].join();
    const line = lines.get(key);
    if (line) line.times += 1;
    else lines.set(key, { ...look, times: 1 });
  }
  return [...lines.values()];
}
