import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Passholder } from '@/api/types';
import { civilDay } from '@/shared/format/date';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { Select } from '@/shared/ui/select';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { Refused } from './refused';
import { lookAgain } from './use-checkin';

type Request = components['schemas']['DepartureRequest'];

/** Somebody moved away or died: what ends is named first, because there is no way back. */
export function LeaveDialog({ person, onClose }: { person: Passholder; onClose: () => void }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const systems = person.memberships
    .filter(({ status }) => status !== 'ENDED')
    .map(({ cardSystem }) => cardSystem)
    .filter(({ id }) => counter.cardSystems.some((own) => own.id === id));
  const [what, setWhat] = useState<'moved' | 'died'>('moved');
  const [system, setSystem] = useState(systems[0]);
  const [on, setOn] = useState<string | null>(civilDay(new Date()));

  const leave = useMutation({
    mutationFn: (body: Request) =>
      unwrap(
        api.POST('/api/v1/departures', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(JSON.stringify(body)) } },
          body,
        }),
      ),
    onSuccess: (_, body) => {
      settle(JSON.stringify(body));
      lookAgain(client, counter.id, person.id);
      showToast({ tone: 'ok', text: t('leave.done'), seconds: 5 });
      onClose();
    },
    onError: (error, body) => {
      settle(JSON.stringify(body), error);
    },
  });
  const died = what === 'died';

  return (
    <Dialog
      open
      question
      title={t('leave.title')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {t('act.cancel')}
          </Button>
          <Button
            kind="stop"
            pending={leave.isPending}
            reason={!died && !system ? t('join.missing') : undefined}
            onPress={() => {
              if (died && on) leave.mutate({ passholderId: person.id, deceasedOn: on });
              if (!died && system) leave.mutate({ passholderId: person.id, cardSystemId: system.id });
            }}
          >
            {t('leave.save')}
          </Button>
        </>
      }
    >
      <Choice
        label={t('leave.what')}
        value={what}
        onChange={setWhat}
        options={[
          { value: 'moved', label: t('leave.moved') },
          { value: 'died', label: t('leave.died') },
        ]}
      />
      {died && <DateField label={t('leave.on')} value={on} onChange={setOn} />}
      {!died && systems.length > 1 && (
        <Select
          label={t('leave.system')}
          value={String(system?.id)}
          options={systems.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(id) => {
            setSystem(systems.find((each) => String(each.id) === id));
          }}
        />
      )}
      <p className="text-pretty">
        {died ? t('leave.diedText') : t('leave.movedText', { system: system?.name ?? '' })}
      </p>
      {leave.isError && <Refused error={leave.error} />}
    </Dialog>
  );
}
