import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';

/** Somebody else saved first: what that means here, and the two ways on. */
export function Conflict({
  keep,
  drop,
  onKeep,
  onDrop,
  children,
}: {
  /** What one's own work is put back with. */
  keep: string;
  /** What the other's is taken with. */
  drop: string;
  onKeep: () => void;
  onDrop: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation('administration');
  return (
    <Banner
      tone="warn"
      live="assertive"
      title={t('settings.conflict')}
      actions={
        <>
          <Button kind="act" autoFocus onPress={onKeep}>
            {keep}
          </Button>
          <Button onPress={onDrop}>{drop}</Button>
        </>
      }
    >
      <p>{t('settings.conflictText')}</p>
      {children}
    </Banner>
  );
}
