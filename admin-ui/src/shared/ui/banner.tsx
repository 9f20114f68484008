import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { Button } from './button';
import { classes } from './classes';
import { Icon, type IconName } from './icon';
import { toneEdge, toneIcon, toneSoft, type Tone } from './tone';

/** Something the reader should know about this screen, with what she can do about it. */
export function Banner({
  tone,
  title,
  children,
  actions,
  icon,
  live = 'off',
  onClose,
}: {
  tone: Tone;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  icon?: IconName | undefined;
  /** polite when it appears while one works; assertive only when work would be lost. */
  live?: 'off' | 'polite' | 'assertive' | undefined;
  onClose?: (() => void) | undefined;
}) {
  const { t } = useTranslation('ui');
  const role = live === 'assertive' ? 'alert' : live === 'polite' ? 'status' : undefined;
  return (
    <div
      role={role}
      className={classes(
        'flex items-start gap-3 rounded-card border px-4 py-3.5 sm:px-5',
        toneSoft[tone],
        toneEdge[tone],
      )}
    >
      <span className="mt-px">
        <Icon name={icon ?? toneIcon[tone]} size={24} />
      </span>
      <div className="grid min-w-0 grow gap-1">
        <p className="font-bold">
          <span className="sr-only">{t(`tone.${tone}`)}: </span>
          {title}
        </p>
        {children && <div className="text-ink">{children}</div>}
        {actions && <div className="mt-2 flex flex-wrap gap-3 text-ink">{actions}</div>}
      </div>
      {onClose && (
        <Button kind="quiet" size="small" icon="cross" iconOnly className="-my-1.5 -mr-2" onPress={onClose}>
          {t('close')}
        </Button>
      )}
    </div>
  );
}
