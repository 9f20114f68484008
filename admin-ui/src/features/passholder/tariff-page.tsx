import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '@/api/schema.gen';
import type { Membership, Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { DateField } from '@/shared/ui/date-field';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading } from '@/shared/ui/skeleton';
import { BackToPerson } from './back-to-person';
import { passholderQuery } from './queries';
import { Refused } from './refused';
import { tariffQuery, useTariff, type TariffAct } from './use-tariff';

type History = components['schemas']['TariffHistory'];
type Kind = Exclude<TariffAct['act'], 'undos'>;

/** What somebody pays in one card system: as it stands, what can change, and how it came to be. */
export function TariffPage() {
  const { t } = useTranslation('profile');
  const { id = '', system = '' } = useParams({ strict: false });
  const counter = useCounter();
  const person = useQuery(passholderQuery(counter.id, id));
  const history = useQuery(tariffQuery(counter.id, id, Number(system)));
  const membership = person.data?.memberships.find(({ cardSystem }) => String(cardSystem.id) === system);
  const error = person.error ?? history.error;

  if (error && !(person.data && history.data)) {
    return <Failed error={error} onRetry={() => void Promise.all([person.refetch(), history.refetch()])} />;
  }
  if (!person.data || !history.data) return <Loading lines={6} />;
  if (!membership)
    return <EmptyState icon="card" title={t('join.missing')} action={<BackToPerson id={id} />} />;
  return <Tariff person={person.data} membership={membership} history={history.data} />;
}

function Tariff({
  person,
  membership: { cardSystem, socialTariff },
  history,
}: {
  person: Passholder;
  membership: Membership;
  history: History;
}) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const tariff = useTariff(person.id, cardSystem.id);
  const [open, setOpen] = useState<Kind>();
  const status = socialTariff?.status;
  const works = status === 'ACTIVE' || status === 'GRACE';
  const until =
    socialTariff &&
    date(status === 'SUSPENDED' ? (socialTariff.suspendedUntil ?? socialTariff.until) : socialTariff.until);
  const runsUntil = works ? socialTariff?.until : undefined;
  const longest = runsUntil !== undefined && runsUntil >= history.latestUntil;
  const choose = (act: Kind) => () => {
    setOpen(open === act ? undefined : act);
  };

  return (
    <div className="mx-auto grid w-full max-w-4xl gap-8">
      <BackToPerson id={person.id} />
      <div className="grid gap-1">
        <PageHeading className="text-title font-bold sm:text-display">
          {t('tariff.title', { system: cardSystem.name })}
        </PageHeading>
        <p data-person className="text-lead text-ink-soft">
          {person.firstName} {person.name}
        </p>
        <p data-person className="pt-2" data-testid="standing">
          {status && until ? t(`tariff.stand.${status}`, { until }) : t('tariff.none')}
        </p>
      </div>
      <div className="flex flex-wrap gap-3">
        {status === 'SUSPENDED' ? (
          <Button
            kind="act"
            pending={tariff.isPending}
            onPress={() => {
              tariff.mutate({ act: 'resumptions', body: {} });
            }}
          >
            {t('tariff.resume')}
          </Button>
        ) : (
          <div className={longest ? 'order-last basis-full' : 'contents'}>
            <Button
              kind={open ? 'plain' : 'act'}
              pressed={open === 'grants'}
              reason={longest ? t('tariff.longest') : undefined}
              onPress={choose('grants')}
            >
              {t(status ? 'tariff.renew' : 'tariff.grant')}
            </Button>
          </div>
        )}
        {works && (
          <>
            <Button pressed={open === 'suspensions'} onPress={choose('suspensions')}>
              {t('tariff.suspend')}
            </Button>
            <Button pressed={open === 'endings'} onPress={choose('endings')}>
              {t('tariff.end')}
            </Button>
          </>
        )}
      </div>
      {open && (
        <ChangeForm
          key={open}
          act={open}
          history={history}
          from={runsUntil}
          pending={tariff.isPending}
          onSave={(change) => {
            tariff.mutate(change, {
              onSuccess: () => {
                setOpen(undefined);
              },
            });
          }}
          onCancel={() => {
            setOpen(undefined);
          }}
        />
      )}
      {tariff.isError && <Refused error={tariff.error} />}
      <Changes
        history={history}
        pending={tariff.isPending}
        onUndo={(changeId) => {
          tariff.mutate({ act: 'undos', body: { changeId } });
        }}
      />
    </div>
  );
}

function ChangeForm({
  act,
  from,
  history: { today, defaultUntil, latestUntil },
  pending,
  onSave,
  onCancel,
}: {
  act: Kind;
  /** Until when it runs now: a renewal never proposes a day before it. */
  from: string | undefined;
  history: History;
  pending: boolean;
  onSave: (change: TariffAct) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const [day, setDay] = useState<string | null>(
    act === 'grants'
      ? from && from >= defaultUntil
        ? latestUntil
        : defaultUntil
      : act === 'endings'
        ? today
        : null,
  );
  const [why, setWhy] = useState('');
  const words = {
    grants: ['until', 'renew'],
    suspensions: ['again', 'suspend'],
    endings: ['lastDay', 'end'],
    resumptions: ['again', 'resume'],
  } as const;
  const [label, verb] = words[act];

  const save = () => {
    if (!day) return;
    if (act === 'grants') onSave({ act, body: { until: day, ...(why ? { ground: why } : {}) } });
    if (act === 'suspensions') onSave({ act, body: { until: day, ...(why ? { why } : {}) } });
    if (act === 'endings') onSave({ act, body: { lastDay: day, ...(why ? { why } : {}) } });
  };

  return (
    <form
      className="enter grid max-w-xl gap-5 rounded-card border border-line bg-surface p-5 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <DateField
        label={t(`tariff.${label}`)}
        value={day}
        onChange={setDay}
        help={
          act === 'grants'
            ? t('tariff.untilHelp', { usual: date(defaultUntil), latest: date(latestUntil) })
            : undefined
        }
      />
      <Field
        label={t(act === 'grants' ? 'tariff.ground' : 'tariff.why')}
        value={why}
        onChange={setWhy}
        optional
        autoComplete="off"
        maxLength={act === 'grants' ? 50 : 500}
      />
      <div className="flex flex-wrap gap-3">
        <Button kind="act" type="submit" pending={pending}>
          {t(`tariff.${verb}`)}
        </Button>
        <Button onPress={onCancel}>{t('act.cancel')}</Button>
      </div>
    </form>
  );
}

/** What was changed today looks as if it could be undone; when something came after it, that is said. */
const isOn = (at: string, day: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format(new Date(at)) === day;

function Changes({
  history: { changes, today },
  pending,
  onUndo,
}: {
  history: History;
  pending: boolean;
  onUndo: (id: string) => void;
}) {
  const { t } = useTranslation('profile');
  const { date, day, time, text } = useFormat();
  return (
    <section aria-labelledby="history" className="grid gap-3">
      <h2 id="history" className="text-lead font-bold">
        {t('tariff.history')}
      </h2>
      {changes.length === 0 && <p className="text-ink-soft">{t('tariff.noHistory')}</p>}
      <ol className="grid">
        {changes.map((change, i) => (
          <li
            key={change.id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:border-t"
          >
            <div className="min-w-0">
              <p data-person>
                {t(`tariff.kind.${change.kind}`, {
                  until: date(
                    change.kind === 'SUSPENDED' ? (change.suspendedUntil ?? change.until) : change.until,
                  ),
                })}
                {change.ground && ` · ${change.ground}`}
              </p>
              <p className="text-small text-ink-soft">
                {day(change.at)}, {time(change.at)}
                {change.counter && ` · ${change.counter}`}
                {change.note && ` · ${change.note}`}
              </p>
              {i > 0 && change.kind !== 'UNDONE' && isOn(change.at, today) && change.undo.message && (
                <p className="text-small">{text(change.undo.message)}</p>
              )}
            </div>
            {(change.undo.allowed || (i === 0 && change.kind !== 'UNDONE')) && (
              <Button
                size="small"
                icon="undo"
                pending={pending}
                reason={change.undo.allowed ? undefined : change.undo.message && text(change.undo.message)}
                onPress={() => {
                  onUndo(change.id);
                }}
              >
                {t('tariff.undo')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
