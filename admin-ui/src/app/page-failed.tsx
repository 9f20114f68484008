import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonStyle } from '@/shared/ui/button-style';
import { EmptyState } from '@/shared/ui/empty-state';
import { ErrorState } from '@/shared/ui/error-state';
import { PageTitle } from '@/shared/ui/page-heading';

/** In the place of a page that broke. The bar above it keeps working. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('ui');
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <>
      <PageTitle>{t('failed.title')}</PageTitle>
      <ErrorState
        title={t('failed.title')}
        onRetry={again}
        details={error instanceof Error ? error.message : String(error)}
        action={
          <a href="/" className={buttonStyle('quiet')}>
            {t('failed.home')}
          </a>
        }
      >
        {t('failed.text')}
      </ErrorState>
    </>
  );
}

/** In the place of a page that does not exist. */
export function PageMissing() {
  const { t } = useTranslation('ui');
  return (
    <>
      <PageTitle>{t('missing.title')}</PageTitle>
      <EmptyState
        icon="search"
        title={t('missing.title')}
        action={
          <a href="/" className={buttonStyle('act')}>
            {t('failed.home')}
          </a>
        }
      >
        {t('missing.text')}
      </EmptyState>
    </>
  );
}
