import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

/** Asks before somebody is forgotten: there is no way back. */
export function EraseDialog({
  name,
  pending,
  onErase,
  onClose,
}: {
  name: string;
  pending: boolean;
  onErase: () => unknown;
  onClose: () => void;
}) {
  const { t } = useTranslation('profile');
  return (
    <Dialog
      open
      question
      title={t('privacy.sure', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {t('act.cancel')}
          </Button>
          <Button kind="stop" pending={pending} onPress={() => void onErase()}>
            {t('privacy.eraseForGood')}
          </Button>
        </>
      }
    >
      <p className="text-pretty">{t('privacy.sureText')}</p>
    </Dialog>
  );
}
