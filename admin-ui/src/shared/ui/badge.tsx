import type { ReactNode } from 'react';
import { classes } from './classes';
import { Icon, type IconName } from './icon';
import { toneIcon, toneSoft, type Tone } from './tone';

/** A state in a word, with its shape. `points` is for points and nothing else; `plain` for what is neither good nor bad. */
export function Badge({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone | 'points' | 'plain' | undefined;
  icon?: IconName | undefined;
  children: ReactNode;
}) {
  const shape = icon ?? (tone === 'points' ? 'spark' : tone === 'plain' ? undefined : toneIcon[tone]);
  return (
    <span
      className={classes(
        'inline-flex min-h-7 items-center gap-1.5 rounded-round border border-transparent px-2.5 py-0.5 text-small font-medium',
        tone === 'points' && 'bg-points-soft text-points-ink tabular-nums',
        tone === 'plain' && 'bg-sunken text-ink',
        tone !== 'points' && tone !== 'plain' && toneSoft[tone],
      )}
    >
      {shape && <Icon name={shape} size={16} />}
      {children}
    </span>
  );
}
