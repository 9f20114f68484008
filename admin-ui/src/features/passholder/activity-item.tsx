import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Activity } from '@/api/types';
import { ActivityTime } from '@/shared/format/activity-time';
import { daysAhead } from '@/shared/format/date';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';
import { Kbd } from '@/shared/ui/kbd';
import { useCharacterKeys } from '@/shared/ui/keys';
import type { useCheckin } from './use-checkin';

/** One activity: its button, or the reason why not and the way out. */
export function ActivityItem({
  activity,
  passholderId,
  number,
  primary,
  today,
  checkin,
}: {
  activity: Activity;
  passholderId: string;
  /** Its key, from 1; 0 when it allows no point. */
  number: number;
  /** The one thing to do on this screen. */
  primary: boolean;
  /** Whether the list is of today only. */
  today: boolean;
  checkin: ReturnType<typeof useCheckin>;
}) {
  const { t } = useTranslation();
  const counter = useCounter();
  const failed = checkin.failed[activity.id];
  const underWay = checkin.underWay?.id === activity.id;
  return (
    <li className="grid gap-3 px-5 py-4">
      <div className="grid items-center gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,1fr)_16.5rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0">
          <h3 className="font-bold text-pretty">{activity.title}</h3>
          <p className="text-ink-soft">
            <ActivityTime when={activity.when} today={today} />
            {activity.location && activity.location !== counter.name && <> · {activity.location}</>}
          </p>
        </div>
        {activity.checkin.allowed || underWay ? (
          <div className="flex items-center justify-between gap-4">
            <Badge tone="points">{t('points.plus', { count: activity.points })}</Badge>
            <span className="flex items-center gap-2.5">
              {number > 0 && number <= 9 && <KeyHint number={number} />}
              <Button
                kind={primary ? 'act' : 'plain'}
                className="min-w-44"
                pending={underWay}
                {...(number > 0 && number <= 9 ? { shortcut: String(number) } : {})}
                onPress={() => {
                  checkin.save(activity);
                }}
              >
                {t('checkin.button', { count: activity.points })}
                <span className="sr-only">: {activity.title}</span>
              </Button>
            </span>
          </div>
        ) : (
          <WhyNot activity={activity} passholderId={passholderId} checkin={checkin} />
        )}
      </div>
      {failed && (
        <Banner
          tone="stop"
          live="assertive"
          title={t('checkin.failed')}
          actions={
            failed.retryable && (
              <Button
                size="small"
                icon="undo"
                onPress={() => {
                  checkin.save(activity);
                }}
              >
                {t('checkin.again')}
              </Button>
            )
          }
        >
          <p>{failed.text}</p>
          {failed.retryable && <p className="text-ink-soft">{t('checkin.safeAgain')}</p>}
        </Banner>
      )}
    </li>
  );
}

function KeyHint({ number }: { number: number }) {
  const [on] = useCharacterKeys();
  return (
    <span aria-hidden="true" className={on ? 'max-xl:hidden' : 'hidden'}>
      <Kbd keys={String(number)} />
    </span>
  );
}

function WhyNot({
  activity,
  passholderId,
  checkin,
}: {
  activity: Activity;
  passholderId: string;
  checkin: ReturnType<typeof useCheckin>;
}) {
  const { t } = useTranslation();
  const { text, time, nearDay } = useFormat();
  const { message, doneAt, checkinId } = activity.checkin;

  if (doneAt) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <p className="flex items-center gap-2 font-medium text-ok-ink">
          <Icon name="done" />
          {isToday(doneAt)
            ? t('checkin.done', { time: time(doneAt) })
            : t('checkin.doneOn', { day: nearDay(doneAt) })}
        </p>
        {checkinId ? (
          <Button
            kind="quiet"
            size="small"
            icon="undo"
            className="-mx-3.5"
            pending={checkin.undo.isPending && checkin.undo.variables === checkinId}
            onPress={() => {
              checkin.undo.mutate(checkinId);
            }}
          >
            {t('undo.button')}
            <span className="sr-only">: {activity.title}</span>
          </Button>
        ) : (
          <HistoryLink passholderId={passholderId} />
        )}
      </div>
    );
  }
  return (
    <p className="flex items-start gap-2 text-small text-pretty text-ink-soft">
      <span className="mt-px">
        <Icon name={isMatterOfTime(activity.checkin.code) ? 'clock' : 'info'} size={20} />
      </span>
      <span>
        {message ? text(message) : t('checkin.notNow')}
        {activity.checkin.code === 'checkin-limit-reached' && (
          <>
            {' '}
            <HistoryLink passholderId={passholderId} />
          </>
        )}
      </span>
    </p>
  );
}

function HistoryLink({ passholderId }: { passholderId: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/passholders/$id/points"
      params={{ id: passholderId }}
      className="font-medium whitespace-nowrap text-act-ink underline underline-offset-4"
    >
      {t('points.see')}
    </Link>
  );
}

function isToday(at: string): boolean {
  return daysAhead(new Date(at), new Date()) === 0;
}

function isMatterOfTime(code: string | undefined): boolean {
  return code === 'checkin-too-early' || code === 'checkin-too-late' || code === 'checkin-not-today';
}
