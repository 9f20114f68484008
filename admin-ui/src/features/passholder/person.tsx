import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { Loading, Skeleton } from '@/shared/ui/skeleton';
import { BalanceFigure } from './balance';
import { Cards } from './cards';
import { Manage } from './manage';
import { Memberships } from './memberships';

/** Who stands at the desk: name, points, pass, and the rest one press away. On a narrow screen it folds. */
export function Person({ person, unsure }: { person: Passholder; unsure: number }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);

  return (
    <section aria-labelledby="person" className="grid content-start gap-5">
      <div className="grid gap-1">
        <h1 id="person" data-person className="text-title font-bold break-words sm:text-display">
          {person.firstName} {person.name}
        </h1>
        <p data-person className="text-ink-soft">
          {t('person.age', { count: person.age })} · {person.address.city}
        </p>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        <BalanceFigure points={person.points} unsure={unsure} />
        <Link
          to="/passholders/$id/points"
          params={{ id: person.id }}
          className="inline-flex min-h-11 items-center gap-2 font-medium text-act-ink underline-offset-4 hover:underline"
        >
          <Icon name="history" />
          {t('points.history')}
        </Link>
      </div>
      <Button
        kind="plain"
        size="small"
        className="lg:hidden"
        icon="person"
        pressed={open}
        onPress={() => {
          setOpen(!open);
        }}
      >
        {t(open ? 'person.fold' : 'person.unfold')}
      </Button>
      <div className={classes('grid gap-5', !open && 'max-lg:hidden')}>
        <Cards person={person} />
        <Memberships memberships={person.memberships} />
        <Details person={person} />
        <Manage person={person} />
      </div>
    </section>
  );
}

function Details({ person }: { person: Passholder }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { street, postalCode, city } = person.address;
  return (
    <details className="group border-t border-line pt-2">
      <summary className="flex min-h-11 items-center justify-between font-medium">
        {t('person.details')}
        <span className="text-ink-soft transition-transform group-open:rotate-180">
          <Icon name="chevron" />
        </span>
      </summary>
      <dl className="grid gap-3 pt-2 pb-1">
        <Fact term={t('person.born')}>{date(person.dateOfBirth)}</Fact>
        <Fact term={t('person.address')}>
          {street && (
            <>
              {street}
              <br />
            </>
          )}
          {postalCode} {city}
        </Fact>
        {person.email && <Fact term={t('person.email')}>{person.email}</Fact>}
        {person.phoneNumber && <Fact term={t('person.phone')}>{person.phoneNumber}</Fact>}
        <Fact term={t('person.insz')} plain>
          {t(person.inszKnown ? 'person.inszKnown' : 'person.inszUnknown')}
        </Fact>
      </dl>
    </details>
  );
}

function Fact({ term, children, plain = false }: { term: string; children: ReactNode; plain?: boolean }) {
  return (
    <div>
      <dt className="text-small text-ink-soft">{term}</dt>
      <dd data-person={plain ? undefined : true} className="break-words">
        {children}
      </dd>
    </div>
  );
}

/** The person's place while she is fetched. */
export function PersonSkeleton() {
  return (
    <div className="grid content-start gap-5">
      <Skeleton className="h-9 w-4/5" />
      <Skeleton className="w-2/5" />
      <Skeleton className="h-9 w-1/2" />
      <Skeleton className="aspect-[1.586] h-auto w-full max-w-sm rounded-card max-lg:hidden" />
      <Loading lines={2} className="max-lg:hidden" />
    </div>
  );
}
