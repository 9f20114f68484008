import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem, Passholder } from '@/api/types';
import { civilDay } from '@/shared/format/date';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { Select } from '@/shared/ui/select';
import { Refused } from './refused';
import { useDeparture } from './use-departure';

/** Somebody moved away or died: what ends is named first, one by one, and can be taken back the same day. */
export function LeaveDialog({ person, onClose }: { person: Passholder; onClose: () => void }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const all = person.memberships
    .filter(({ status }) => status !== 'ENDED')
    .map(({ cardSystem }) => cardSystem);
  const systems = all.filter(({ id }) => counter.cardSystems.some((own) => own.id === id));
  const [what, setWhat] = useState<'moved' | 'died'>('moved');
  const [system, setSystem] = useState(systems[0]);
  const [on, setOn] = useState<string | null>(civilDay(new Date()));
  const { leave } = useDeparture(person.id);
  const died = what === 'died';
  const from = died ? all : system ? [system] : [];

  return (
    <Dialog
      open
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
            reason={died ? (on ? undefined : t('leave.when')) : system ? undefined : t('join.missing')}
            onPress={() => {
              const close = { onSuccess: onClose };
              if (died && on) leave.mutate({ passholderId: person.id, deceasedOn: on }, close);
              if (!died && system) leave.mutate({ passholderId: person.id, cardSystemId: system.id }, close);
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
      <Ends person={person} systems={from} />
      <p className="text-pretty text-ink-soft">{t('leave.back')}</p>
      {leave.isError && <Refused error={leave.error} />}
    </Dialog>
  );
}

/** What ends with a departure. */
function Ends({ person, systems }: { person: Passholder; systems: readonly CardSystem[] }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const inThese = (system: CardSystem) => systems.some(({ id }) => id === system.id);
  const cards = person.cards.filter(({ status, cardSystem }) => status === 'ACTIVE' && inThese(cardSystem));
  const rights = person.memberships.filter(
    ({ cardSystem, socialTariff }) =>
      inThese(cardSystem) && (socialTariff?.status === 'ACTIVE' || socialTariff?.status === 'SUSPENDED'),
  );
  const ends = [
    ...systems.map(({ name }) => t('leave.membership', { system: name })),
    ...cards.map(({ uitpasNumber }) => t('leave.card', { number: formatPassNumber(uitpasNumber) })),
    ...rights.flatMap(({ cardSystem, socialTariff }) =>
      socialTariff ? [t('leave.tariff', { system: cardSystem.name, until: date(socialTariff.until) })] : [],
    ),
    t('leave.associations'),
  ];
  return (
    <div className="grid gap-1">
      <p className="font-medium">{t('leave.ends')}</p>
      <ul className="grid list-disc gap-1 pl-6" data-person>
        {ends.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <p className="text-ink-soft">{t('leave.stays', { count: person.points.balance })}</p>
    </div>
  );
}
