import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';

/** The title of a screen about many people, what it is for, and the way back to the list of work. */
export function Head({
  title,
  children,
  back = true,
}: {
  title: ReactNode;
  children?: ReactNode;
  back?: boolean;
}) {
  const { t } = useTranslation('bulk');
  return (
    <div className="grid justify-items-start gap-3">
      {back && (
        <Link to="/bulk" className={buttonStyle('quiet', 'small', '-ml-3.5')}>
          <Icon name="back" />
          {t('back')}
        </Link>
      )}
      <div className="grid max-w-2xl gap-1">
        <PageHeading className="flex flex-wrap items-center gap-x-4 gap-y-2 text-title font-bold text-balance sm:text-display">
          {title}
        </PageHeading>
        {children && <p className="text-pretty text-ink-soft">{children}</p>}
      </div>
    </div>
  );
}
