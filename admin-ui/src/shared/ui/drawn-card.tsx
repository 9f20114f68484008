import type { ReactNode } from 'react';
import { classes } from './classes';
import { Icon } from './icon';
import { toneIcon, type Tone } from './tone';

/**
 * A plastic card, drawn, so that both sides of the desk talk about the same thing: its issuer's colour as a band,
 * its number as printed, its state as a stamp.
 */
export function DrawnCard({
  issuer,
  band,
  number,
  holder,
  note,
  stamp,
  small = false,
}: {
  issuer: ReactNode;
  /** The issuer's own colour; it never carries text. */
  band?: string | undefined;
  /** In the groups in which it is printed. */
  number: string;
  holder?: ReactNode;
  note?: ReactNode;
  stamp?: { tone: Tone; text: string } | undefined;
  small?: boolean;
}) {
  const dull = stamp && stamp.tone !== 'ok' && stamp.tone !== 'note';
  return (
    <div
      className={classes(
        'drawn-card relative flex w-full flex-col justify-between overflow-hidden rounded-card border border-line bg-raised text-ink',
        small ? 'aspect-[2.35] max-w-72 p-4 pl-7' : 'aspect-[1.586] max-w-sm p-5 pl-9 sm:p-6 sm:pl-10',
      )}
    >
      <span
        aria-hidden="true"
        className={classes(
          'absolute inset-y-0 left-0 bg-line-strong forced-color-adjust-none',
          small ? 'w-3' : 'w-4',
        )}
        style={band ? { backgroundColor: band } : undefined}
      />
      <div className={classes('flex items-start justify-between gap-3', dull && 'opacity-80')}>
        <span className={classes('font-bold', small ? 'text-small' : 'text-lead')}>{issuer}</span>
        <span className="text-ink-soft">
          <Icon name="waves" size={small ? 22 : 30} />
        </span>
      </div>
      <div className="grid gap-0.5">
        {holder && (
          <span data-person className={classes('truncate font-medium', small && 'text-small')}>
            {holder}
          </span>
        )}
        <span
          className={classes(
            'tabular-nums whitespace-nowrap',
            small ? 'text-body tracking-wide' : 'text-lead tracking-[0.06em]',
            dull && 'text-ink-soft line-through decoration-2',
          )}
        >
          {number}
        </span>
        {note && <span className="text-small text-ink-soft">{note}</span>}
      </div>
      {stamp && (
        <span
          className={classes(
            'stamp absolute flex items-center gap-1.5 rounded-control bg-raised font-bold',
            small ? 'right-3 bottom-3 px-2 py-0.5 text-small' : 'top-[42%] right-5 px-3 py-1 text-body',
            { ok: 'text-ok-ink', warn: 'text-warn-ink', stop: 'text-stop-ink', note: 'text-note-ink' }[
              stamp.tone
            ],
          )}
        >
          <Icon name={toneIcon[stamp.tone]} size={small ? 16 : 20} />
          {stamp.text}
        </span>
      )}
    </div>
  );
}
