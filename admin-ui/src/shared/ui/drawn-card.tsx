import type { ReactNode } from 'react';
import { classes } from './classes';
import { Icon } from './icon';
import { toneIcon, type Tone } from './tone';

const stampInk: Record<Tone, string> = {
  ok: 'text-ok-ink',
  warn: 'text-warn-ink',
  stop: 'text-stop-ink',
  note: 'text-note-ink',
};

/**
 * A plastic card, drawn, so that both sides of the desk talk about the same thing: its issuer's colour as a band
 * and as the waves of its chip, its number as printed, its state as a stamp.
 */
export function DrawnCard({
  issuer,
  band,
  number,
  holder,
  note,
  stamp,
  small = false,
  className,
}: {
  issuer: ReactNode;
  /** The issuer's own colour; it never carries text. */
  band?: string | undefined;
  /** In the groups in which it is printed. */
  number: string;
  holder?: ReactNode;
  note?: ReactNode;
  stamp?: { tone: Tone; text: string } | undefined;
  small?: boolean | undefined;
  className?: string | undefined;
}) {
  const dull = stamp !== undefined && (stamp.tone === 'stop' || stamp.tone === 'warn');
  return (
    <div
      className={classes(
        'relative isolate flex w-full flex-col justify-between overflow-hidden rounded-card border border-line-strong bg-raised text-ink',
        small ? 'aspect-[2.1] max-w-72 p-4 pb-6' : 'aspect-[1.586] max-w-88 p-5 pb-8 sm:p-6 sm:pb-9',
        className,
      )}
      style={band ? { '--band': band } : undefined}
    >
      {!stamp && <Waves />}
      <span
        aria-hidden="true"
        className={classes(
          'absolute inset-x-0 bottom-0 -z-10 bg-(--band,var(--line-strong)) forced-color-adjust-none',
          small ? 'h-2' : 'h-3',
        )}
      />
      <div className={classes('flex items-start justify-between', small ? 'gap-3' : 'gap-4')}>
        <span
          className={classes(
            'min-w-0 font-bold',
            small ? 'leading-tight' : 'text-lead',
            !stamp && 'max-w-3/4',
            dull && 'text-ink-soft',
          )}
        >
          {issuer}
        </span>
        {stamp && (
          <span
            className={classes(
              'stamp flex shrink-0 items-center gap-1.5 rounded-small bg-raised font-bold',
              small ? 'px-2 py-0.5 text-small' : 'px-3 py-1',
              stampInk[stamp.tone],
            )}
          >
            <Icon name={toneIcon[stamp.tone]} size={small ? 16 : 20} />
            {stamp.text}
          </span>
        )}
      </div>
      <div className="grid gap-0.5">
        {holder && (
          <span data-person className={classes('truncate font-medium', small && 'text-small')}>
            {holder}
          </span>
        )}
        <span
          data-person
          className={classes(
            'tracking-[0.03em] whitespace-nowrap tabular-nums',
            small ? 'text-body' : 'text-lead font-medium',
            dull && 'text-ink-soft',
          )}
        >
          {number}
        </span>
        {note && <span className="text-small text-ink-soft">{note}</span>}
      </div>
    </div>
  );
}

function Waves() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 100"
      className="absolute top-0 right-0 -z-10 h-3/4 opacity-25"
      fill="none"
      stroke="var(--band, var(--line-strong))"
      strokeWidth="6"
    >
      <circle cx="100" cy="0" r="26" />
      <circle cx="100" cy="0" r="48" />
      <circle cx="100" cy="0" r="70" />
    </svg>
  );
}
