import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Dialog } from '@/shared/ui/dialog';
import type { BlockReason } from './use-card-acts';

/** Asks why a card is blocked: the history keeps it, and a found card comes back by it. */
export function BlockDialog({
  open,
  onBlock,
  onClose,
}: {
  open: boolean;
  onBlock: (reason: BlockReason) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('profile');
  const [reason, setReason] = useState<BlockReason>('LOST');
  return (
    <Dialog
      open={open}
      title={t('block.title')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('act.cancel')}</Button>
          <Button
            kind="act"
            autoFocus
            onPress={() => {
              onBlock(reason);
            }}
          >
            {t('act.block')}
          </Button>
        </>
      }
    >
      <p className="text-pretty">{t('block.text')}</p>
      <Choice
        label={t('block.why')}
        value={reason}
        onChange={setReason}
        options={[
          { value: 'LOST', label: t('block.LOST') },
          { value: 'STOLEN', label: t('block.STOLEN') },
          { value: 'DEFECT', label: t('block.DEFECT') },
          { value: 'MISUSE', label: t('block.MISUSE') },
        ]}
      />
    </Dialog>
  );
}
