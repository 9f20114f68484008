import { useTranslation } from 'react-i18next';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';

/** Somebody else saved this price list first: the two ways on. */
export function PriceConflict({ onKeep, onDrop }: { onKeep: () => void; onDrop: () => void }) {
  const { t } = useTranslation('administration');
  return (
    <Banner
      tone="warn"
      live="assertive"
      title={t('settings.conflict')}
      actions={
        <>
          <Button kind="act" autoFocus onPress={onKeep}>
            {t('editor.keepMine')}
          </Button>
          <Button onPress={onDrop}>{t('editor.dropMine')}</Button>
        </>
      }
    >
      <p>{t('settings.conflictText')}</p>
    </Banner>
  );
}
