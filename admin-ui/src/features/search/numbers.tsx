import { useTranslation } from 'react-i18next';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { showToast } from '@/shared/ui/toast-store';

/** Numbers that led to nobody, to take along and look into. */
export function Numbers({ title, numbers }: { title: string; numbers: readonly string[] }) {
  const { t } = useTranslation('search');
  return (
    <Banner
      tone="warn"
      live="polite"
      title={title}
      actions={
        <Button
          size="small"
          onPress={async () => {
            await navigator.clipboard.writeText(numbers.join('\n'));
            showToast({ tone: 'ok', text: t('copied'), seconds: 5 });
          }}
        >
          {t('copyThese')}
        </Button>
      }
    >
      <p className="max-h-32 overflow-y-auto tabular-nums">{numbers.join(' · ')}</p>
    </Banner>
  );
}
