import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading, Skeleton } from '@/shared/ui/skeleton';
import { BalanceFigure } from './balance';
import { Cards } from './cards';
import { Manage } from './manage';
import { Memberships } from './memberships';

const Note = lazy(() => import('./note'));
const Picture = lazy(() => import('./picture'));

/** Who stands at the desk: name, points, pass, and the rest one press away. On a narrow screen it folds. */
export function Person({ person, unsure }: { person: Passholder; unsure: number }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);

  return (
    <section aria-labelledby="person" className="grid content-start gap-5">
      <div className="grid gap-1">
        <PageHeading
          id="person"
          data-person
          tab={t('person.tab')}
          className="text-title font-bold break-words sm:text-display"
        >
          {person.firstName} {person.name}
        </PageHeading>
        <p data-person className="text-ink-soft">
          {t('person.age', { count: person.age })} · {person.address.city}
        </p>
      </div>
      <Closed person={person} />
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
        <PictureFold person={person} />
        <NoteFold person={person} />
        <Manage person={person} />
      </div>
    </section>
  );
}

/** A record that stands no longer says so, and where to go. */
function Closed({ person: { deceasedOn, mergedInto } }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  if (mergedInto) {
    return (
      <Banner
        tone="warn"
        title={t('closed.merged')}
        actions={
          <Link to="/passholders/$id" params={{ id: mergedInto }} className={buttonStyle('plain', 'small')}>
            {t('closed.open')}
          </Link>
        }
      />
    );
  }
  return deceasedOn ? <Banner tone="warn" title={t('closed.died', { date: date(deceasedOn) })} /> : null;
}

function Details({ person }: { person: Passholder }) {
  const { t } = useTranslation();
  const { t: tp } = useTranslation('profile');
  const { date } = useFormat();
  const { street, postalCode, city } = person.address;
  return (
    <Fold title={t('person.details')}>
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
        {person.remarks && <Fact term={tp('edit.remarks')}>{person.remarks}</Fact>}
      </dl>
    </Fold>
  );
}

/** The note about a person is private: it is read, and the reading written down, only when one opens it. */
function NoteFold({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const [open, setOpen] = useState(false);
  if (!counter.permissions.includes('PASSHOLDERS_PRIVATE_READ')) return null;
  return (
    <Fold title={t('note.title')} onOpen={setOpen}>
      {open && (
        <Suspense fallback={<Loading lines={2} />}>
          <Note person={person} />
        </Suspense>
      )}
    </Fold>
  );
}

/** The picture is looked at, and the look written down, only when one opens it. */
function PictureFold({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const [open, setOpen] = useState(false);
  if (!counter.permissions.includes('PASSHOLDERS_PICTURE_READ')) return null;
  return (
    <Fold title={t('picture.title')} onOpen={setOpen}>
      {open && (
        <Suspense fallback={<Loading lines={2} />}>
          <Picture person={person} />
        </Suspense>
      )}
    </Fold>
  );
}

function Fold({
  title,
  onOpen,
  children,
}: {
  title: ReactNode;
  onOpen?: (open: boolean) => void;
  children: ReactNode;
}) {
  return (
    <details
      className="group border-t border-line pt-2"
      onToggle={(event) => onOpen?.(event.currentTarget.open)}
    >
      <summary className="flex min-h-11 items-center justify-between font-medium">
        {title}
        <span className="text-ink-soft transition-transform group-open:rotate-180">
          <Icon name="chevron" />
        </span>
      </summary>
      {children}
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
