import { useTranslation } from 'react-i18next';

/** Says on every screen that these people are not real. */
export function SandboxNotice() {
  const { t } = useTranslation();
  return (
    <p className="bg-ink px-4 py-1.5 text-center text-small font-medium text-paper">{t('sandbox.notice')}</p>
  );
}
