import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { Loading } from '@/shared/ui/skeleton';
import { FindPerson } from './find-person';
import { PageHead } from './page-head';
import { passholderQuery, personKey } from './queries';
import { Refused } from './refused';
import { useAct } from './use-act';
import { useWhyNot } from './use-may';

type Family = components['schemas']['Family'];
type Member = components['schemas']['FamilyMember'];

const familyQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'family'],
    queryFn: async () => {
      const params = { header: { 'X-Counter': counterId }, path: { passholderId: id } };
      const [own, others] = await Promise.all([
        unwrap(api.GET('/api/v1/passholders/{passholderId}/family-members', { params })),
        unwrap(api.GET('/api/v1/passholders/{passholderId}/families', { params })),
      ]);
      return { own, others };
    },
  });

/** The family that a person keeps, and those of others that they are in: one does not follow from the other. */
export function FamilyPage() {
  const { t } = useTranslation('profile');
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const person = useQuery(passholderQuery(counter.id, id));
  const family = useQuery(familyQuery(counter.id, id));
  const error = person.error ?? family.error;

  if (error && !(person.data && family.data)) {
    return <Failed error={error} onRetry={() => void Promise.all([person.refetch(), family.refetch()])} />;
  }
  if (!person.data || !family.data) return <Loading lines={6} />;
  const { own, others } = family.data;
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-10">
      <PageHead person={person.data} title={t('family.title')}>
        {t('family.text')}
      </PageHead>
      <Members person={person.data} family={own} />
      {others.length > 0 && (
        <section aria-labelledby="others" className="grid gap-3">
          <h2 id="others" className="text-lead font-bold">
            {t('family.others')}
          </h2>
          <ul className="grid gap-1">
            {others.map((other) => (
              <li key={other.passholderId}>
                <Link
                  to="/passholders/$id/family"
                  params={{ id: other.passholderId }}
                  data-person
                  className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline"
                >
                  {t('family.of', { name: `${other.firstName} ${other.name}` })}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Members({ person, family }: { person: Passholder; family: Family }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const whyNot = useWhyNot();
  const { add, remove } = useFamily(person.id);
  const adults = family.member.filter(({ age }) => age >= family.adultAge).length;
  const full = family.member.length >= family.maxMembers;
  const no =
    whyNot('PASSHOLDERS_FAMILY_MEMBERS', person) ??
    (full ? t('family.full', { count: family.maxMembers }) : undefined);

  return (
    <>
      <section aria-labelledby="members" className="grid gap-3">
        <div className="flex flex-wrap items-baseline justify-between gap-x-6">
          <h2 id="members" className="text-lead font-bold">
            {t('family.members')}
          </h2>
          <p className="text-ink-soft tabular-nums">
            {t('family.count', { count: family.member.length, most: family.maxMembers })} ·{' '}
            {t('family.adults', { count: adults, most: family.maxAdults })}
          </p>
        </div>
        <ul className="grid">
          {family.member.map((member) => (
            <li
              key={member.passholderId}
              className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:border-t"
            >
              <div className="min-w-0">
                <p data-person className={classes('font-medium', !member.main && '-mt-2.5 -mb-2')}>
                  {member.main ? (
                    `${member.firstName} ${member.name}`
                  ) : (
                    <Link
                      to="/passholders/$id"
                      params={{ id: member.passholderId }}
                      className="inline-flex min-h-11 items-center text-act-ink underline-offset-4 hover:underline"
                    >
                      {member.firstName} {member.name}
                    </Link>
                  )}
                </p>
                <p data-person className="text-small text-ink-soft">
                  {t('sale.age', { count: member.age })} ·{' '}
                  {member.main
                    ? t('family.main')
                    : t('family.since', { date: date(member.since.slice(0, 10)) })}
                </p>
              </div>
              {!member.main && (
                <Button
                  size="small"
                  pending={remove.isPending && remove.variables === member}
                  reason={whyNot('PASSHOLDERS_FAMILY_MEMBERS', person)}
                  onPress={() => {
                    remove.mutate(member);
                  }}
                >
                  {t('family.remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {remove.isError && <Refused error={remove.error} />}
      </section>
      <section aria-labelledby="add" className="grid gap-4">
        <h2 id="add" className="text-lead font-bold">
          {t('family.add')}
        </h2>
        {no ? (
          <p className="text-ink-soft">{no}</p>
        ) : (
          <>
            <p className="max-w-prose text-pretty text-ink-soft">{t('family.addText')}</p>
            <FindPerson
              label={t('family.find')}
              tap={t('family.tap')}
              leaveOut={family.member.map(({ passholderId }) => passholderId)}
              action={({ uitpasNumber = '', firstName }) => (
                <Button
                  size="small"
                  icon="plus"
                  pending={add.isPending && add.variables === uitpasNumber}
                  reason={uitpasNumber ? undefined : t('family.noCard')}
                  onPress={() => {
                    add.mutate(uitpasNumber);
                  }}
                >
                  {t('family.addName', { name: firstName })}
                </Button>
              )}
            />
            {add.isError && <Refused error={add.error} />}
          </>
        )}
      </section>
    </>
  );
}

function useFamily(id: string) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const header = { 'X-Counter': counter.id };
  const put = (uitpasNumber: string, icon?: string) =>
    unwrap(
      api.POST('/api/v1/passholders/{passholderId}/family-members', {
        params: { header, path: { passholderId: id } },
        body: { uitpasNumber, ...(icon ? { icon } : {}) },
      }),
    );
  const take = (memberId: string) =>
    unwrap(
      api.DELETE('/api/v1/passholders/{passholderId}/family-members/{memberId}', {
        params: { header, path: { passholderId: id, memberId } },
      }),
    );

  const add = useAct([id], {
    run: (number: string) => put(number),
    done: ({ firstName }: Member) => t('family.added', { name: firstName }),
    back: (member: Member) => () => take(member.passholderId),
  });
  const remove = useAct([id], {
    run: (member: Member) => take(member.passholderId),
    done: (_, { firstName }: Member) => t('family.removed', { name: firstName }),
    back: (_, { uitpasNumber, icon }: Member) => (uitpasNumber ? () => put(uitpasNumber, icon) : undefined),
  });
  return { add, remove };
}
