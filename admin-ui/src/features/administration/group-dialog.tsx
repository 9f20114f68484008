import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { showToast } from '@/shared/ui/toast-store';
import { NewCardField, readNewCard } from './new-card-field';
import { groupsKey } from './group-queries';
import { Refused } from './refused';
import { readCount } from './shipment-state';
import type { GroupPass } from './types';
import { useRequestKey } from './use-request-key';

const fields = ['name', 'email', 'phoneNumber', 'street', 'postalCode', 'city'] as const;
const required: readonly string[] = ['name', 'postalCode', 'city'];

/** Gives a group its pass, or changes or renews one. */
export function GroupDialog({
  system,
  group,
  onClose,
}: {
  system: CardSystem;
  group?: GroupPass;
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const keyOf = useRequestKey();
  const [texts, setTexts] = useState(
    () =>
      Object.fromEntries(fields.map((field) => [field, group?.[field] ?? ''])) as Record<
        (typeof fields)[number],
        string
      >,
  );
  const [turns, setTurns] = useState(String(group?.ticketsPerYear ?? ''));
  const [until, setUntil] = useState(group?.socialTariffUntil ?? null);
  const [card, setCard] = useState('');
  const [tried, setTried] = useState(false);
  const many = turns.trim() === '' ? 0 : readCount(turns);
  const number = readNewCard(card);
  const missing = fields.filter((field) => required.includes(field) && texts[field].trim() === '');

  const save = useMutation({
    mutationFn: () => {
      const details = {
        ...(Object.fromEntries(fields.map((field) => [field, texts[field].trim()])) as typeof texts),
        ticketsPerYear: many ?? 0,
        socialTariffUntil: until ?? '',
      };
      if (group) {
        return unwrap(
          api.PUT('/api/v1/group-passes/{groupPassId}', {
            params: { header: { 'X-Counter': counter.id }, path: { groupPassId: group.id } },
            body: { version: group.version, details },
          }),
        );
      }
      const body = { cardSystemId: system.id, details, ...(number && { uitpasNumber: number }) };
      return unwrap(
        api.POST('/api/v1/group-passes', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      );
    },
    onSuccess: ({ name }) => {
      onClose();
      showToast({ tone: 'ok', text: t(group ? 'groups.saved' : 'groups.given', { name }), seconds: 6 });
    },
    onSettled: () => client.invalidateQueries({ queryKey: groupsKey(counter.id) }),
  });
  const submit = () => {
    setTried(true);
    if (missing.length === 0 && many !== undefined && number !== undefined && !save.isPending) save.mutate();
  };

  return (
    <Dialog
      open
      wide
      title={group ? t('groups.changeTitle', { name: group.name }) : t('groups.newTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={save.isPending} onPress={submit}>
            {group ? t('save') : t('groups.give')}
          </Button>
        </>
      }
    >
      {save.isError && <Refused error={save.error} />}
      <div className="grid items-start gap-x-5 gap-y-4 sm:grid-cols-2">
        {fields.map((field) => (
          <Field
            key={field}
            label={t(`groups.field.${field}`)}
            value={texts[field]}
            onChange={(value) => {
              setTexts((now) => ({ ...now, [field]: value }));
            }}
            maxLength={200}
            type={field === 'email' ? 'email' : field === 'phoneNumber' ? 'tel' : 'text'}
            optional={!required.includes(field)}
            autoFocus={field === 'name'}
            error={tried && missing.includes(field) ? t('missing') : null}
            onEnter={submit}
          />
        ))}
        <div className="grid items-end gap-x-5 gap-y-4 sm:col-span-2 sm:grid-cols-2">
          <Field
            label={t('groups.turnsPerYear')}
            help={t('groups.turnsHelp')}
            value={turns}
            onChange={setTurns}
            inputMode="numeric"
            figures
            optional
            error={tried && many === undefined ? t('receive.countWrong') : null}
            onEnter={submit}
          />
          <DateField
            label={t('groups.tariffUntil')}
            help={t('groups.tariffHelp')}
            value={until}
            onChange={setUntil}
            optional
          />
        </div>
        {!group && <NewCardField value={card} onChange={setCard} tried={tried} onEnter={submit} />}
      </div>
    </Dialog>
  );
}
