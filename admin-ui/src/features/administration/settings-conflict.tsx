import { useTranslation } from 'react-i18next';
import { Conflict } from './conflict';
import type { SettingsField } from './settings-draft';

/** Somebody else saved the settings first: what they changed, and what both did. */
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
    <Conflict keep={t('settings.keepMine')} drop={t('settings.dropMine')} onKeep={onKeep} onDrop={onDrop}>
      {theirs.length > 0 && <p>{t('settings.conflictTheirs', { fields: names(theirs) })}</p>}
      {both.length > 0 && <p>{t('settings.conflictBoth', { fields: names(both) })}</p>}
    </Conflict>
  );
}
