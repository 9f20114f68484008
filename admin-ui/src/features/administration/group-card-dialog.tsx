import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Select } from '@/shared/ui/select';
import { showToast } from '@/shared/ui/toast-store';
import { groupsKey } from './group-queries';
import { NewCardField, readNewCard } from './new-card-field';
import { Refused } from './refused';
import type { GroupPass } from './types';

const reasons = ['LOST', 'STOLEN', 'DEFECT', 'REPLACED'] as const;

/** Gives a group another card; the one it had stops working, which is said first. */
export function GroupCardDialog({ group, onClose }: { group: GroupPass; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const [reason, setReason] = useState<(typeof reasons)[number]>('LOST');
  const [card, setCard] = useState('');
  const [tried, setTried] = useState(false);
  const number = readNewCard(card);

  const replace = useMutation({
    mutationFn: (uitpasNumber: string) =>
      unwrap(
        api.POST('/api/v1/group-passes/{groupPassId}/cards', {
          params: { header: { 'X-Counter': counter.id }, path: { groupPassId: group.id } },
          body: { reason, ...(uitpasNumber !== '' && { uitpasNumber }) },
        }),
      ),
    onSuccess: ({ name }) => {
      onClose();
      showToast({ tone: 'ok', text: t('groups.replaced', { name }), seconds: 6 });
      return client.invalidateQueries({ queryKey: groupsKey(counter.id) });
    },
  });
  const submit = () => {
    setTried(true);
    if (number !== undefined && !replace.isPending) replace.mutate(number);
  };

  return (
    <Dialog
      open
      title={t('groups.cardTitle', { name: group.name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={replace.isPending} onPress={submit}>
            {t('groups.replace')}
          </Button>
        </>
      }
    >
      <p>{t('groups.cardText')}</p>
      {replace.isError && <Refused error={replace.error} />}
      <Select
        label={t('card.why')}
        value={reason}
        onChange={(value) => {
          const chosen = reasons.find((one) => one === value);
          if (chosen) setReason(chosen);
        }}
        options={reasons.map((value) => ({ value, label: t(`card.reason.${value}`) }))}
      />
      <NewCardField value={card} onChange={setCard} tried={tried} onEnter={submit} />
    </Dialog>
  );
}
