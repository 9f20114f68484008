import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Icon, type IconName } from '@/shared/ui/icon';
import { Spinner } from '@/shared/ui/spinner';
import type { EidRead, PartState } from './eid-read';

const parts = ['identity', 'address', 'picture'] as const;

const shape: Record<Exclude<PartState, 'waiting'>, IconName> = {
  there: 'check',
  failed: 'alert',
  absent: 'minus',
};

/** What of the card is read and what is still to come, while one waits. */
export function EidSteps({ read }: { read: EidRead }) {
  const { t } = useTranslation('eid');
  const busy = parts.find((part) => read.parts[part] === 'waiting');
  return (
    <div className="grid gap-2.5 border-t border-line bg-sunken px-5 py-4 sm:px-6">
      <ol className="flex flex-wrap gap-x-6 gap-y-1.5">
        {parts.map((part) => (
          <Step key={part} title={t(`step.${part}`)} state={read.parts[part]} busy={part === busy} />
        ))}
        <Step title={t('step.check')} state="waiting" busy={busy === undefined} />
      </ol>
      <p className="text-ink-soft">{t(read.stage === 'checking' ? 'checking' : 'reading')}</p>
    </div>
  );
}

function Step({ title, state, busy }: { title: string; state: PartState; busy: boolean }) {
  const { t } = useTranslation('eid');
  return (
    <li
      className={classes(
        'inline-flex items-center gap-1.5',
        state === 'there' ? 'font-medium' : 'text-ink-soft',
      )}
    >
      <span
        className={classes(
          'grid size-5 place-items-center',
          state === 'there' && 'text-ok',
          state === 'failed' && 'text-warn',
        )}
      >
        {state !== 'waiting' && <Icon name={shape[state]} size={20} />}
        {state === 'waiting' &&
          (busy ? (
            <Spinner size={18} />
          ) : (
            <span className="size-2 rounded-round border-2 border-line-strong" />
          ))}
      </span>
      {title}
      <span className="sr-only">: {t(`step.${state}`)}</span>
    </li>
  );
}
