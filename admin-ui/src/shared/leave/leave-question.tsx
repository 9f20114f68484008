import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

/** What is typed would be lost: stay, or let it go. */
export function LeaveQuestion({
  open,
  onStay,
  onLeave,
}: {
  open: boolean;
  onStay: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation('ui');
  return (
    <Dialog
      question
      open={open}
      title={t('leave.title')}
      onClose={onStay}
      actions={
        <>
          <Button kind="stop" onPress={onLeave}>
            {t('leave.discard')}
          </Button>
          <Button kind="act" autoFocus onPress={onStay}>
            {t('leave.stay')}
          </Button>
        </>
      }
    >
      <p>{t('leave.text')}</p>
    </Dialog>
  );
}
