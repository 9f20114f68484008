import { useTranslation } from 'react-i18next';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import type { SettingsField } from './settings-draft';

/** Somebody else saved first: what they changed, what both did, and the two ways on. */
export function SettingsConflict({
  theirs,
  both,
  onKeep,
  onDrop,
}: {
  theirs: readonly SettingsField[];
  both: readonly SettingsField[];
  onKeep: () => void;
  onDrop: () => void;
}) {
  const { t } = useTranslation('administration');
  const names = (fields: readonly SettingsField[]) =>
    fields.map((field) => t(`settings.field.${field}`)).join(', ');
  return (
    <Banner
      tone="warn"
      live="assertive"
      title={t('settings.conflict')}
      actions={
        <>
          <Button kind="act" autoFocus onPress={onKeep}>
            {t('settings.keepMine')}
          </Button>
          <Button onPress={onDrop}>{t('settings.dropMine')}</Button>
        </>
      }
    >
      <p>{t('settings.conflictText')}</p>
      {theirs.length > 0 && <p>{t('settings.conflictTheirs', { fields: names(theirs) })}</p>}
      {both.length > 0 && <p>{t('settings.conflictBoth', { fields: names(both) })}</p>}
    </Banner>
  );
}
