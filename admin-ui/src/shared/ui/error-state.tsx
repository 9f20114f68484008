import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Icon } from './icon';

/** What did not come, in words, with the button that tries again. Codes are in the details, for the helpdesk. */
export function ErrorState({
  title,
  children,
  onRetry,
  action,
  details,
}: {
  title: ReactNode;
  children?: ReactNode;
  onRetry?: (() => void) | undefined;
  action?: ReactNode;
  details?: ReactNode;
}) {
  const { t } = useTranslation('ui');
  return (
    <div role="alert" className="mx-auto grid max-w-md justify-items-center gap-2 px-4 py-10 text-center">
      <span className="mb-2 grid size-16 place-items-center rounded-round bg-stop-soft text-stop">
        <Icon name="alert" size={32} />
      </span>
      <p className="text-lead font-bold text-balance">{title}</p>
      {children && <div className="text-pretty text-ink-soft">{children}</div>}
      {(onRetry ?? action) && (
        <div className="mt-4 flex flex-wrap justify-center gap-3">
          {onRetry && <Button onPress={onRetry}>{t('retry')}</Button>}
          {action}
        </div>
      )}
      {details && (
        <details className="mt-3 text-small text-ink-soft">
          <summary className="inline-flex min-h-11 items-center underline underline-offset-4">
            {t('details')}
          </summary>
          <div className="rounded-small bg-sunken px-3 py-2 text-left font-medium break-all text-ink">
            {details}
          </div>
        </details>
      )}
    </div>
  );
}
