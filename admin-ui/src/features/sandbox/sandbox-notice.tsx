import { useTranslation } from 'react-i18next';

/** Says on every screen that these people are not real. */
export function SandboxNotice() {
  const { t } = useTranslation();
  return (
    <div className="bg-ink text-paper">
      <p className="mx-auto flex min-h-10 max-w-7xl items-center px-3 py-1.5 text-small font-medium max-md:justify-center sm:px-6">
        {t('sandbox.notice')}
      </p>
    </div>
  );
}
