import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { CardSystem, IdentificationSource } from '@/api/types';
import { useTap } from '@/shared/bridge/bridge-provider';
import { useFailure } from '@/shared/failure/use-failure';
import { formatPassNumber } from '@/shared/format/pass-number';
import { PassCard } from '@/shared/pass/pass-card';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { Icon } from '@/shared/ui/icon';
import { faultOf, type CardFault, type NewCard } from './new-card';

/** The card that is handed out: laid on the reader, scanned, typed, or a digital one. It is looked at before anything is done. */
export function NewCardField({
  cardSystem,
  oldNumber,
  value,
  onChange,
}: {
  cardSystem: CardSystem;
  oldNumber?: string | undefined;
  value: NewCard | undefined;
  onChange: (card: NewCard | undefined) => void;
}) {
  const { t } = useTranslation('profile');
  const failure = useFailure();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<CardFault>();
  const look = useLook();

  const tryCard = (identifier: string, source: IdentificationSource) => {
    setFault(undefined);
    look.mutate(
      { identifier, source },
      {
        onSuccess: (found) => {
          const wrong = faultOf(found, cardSystem.id, oldNumber);
          setFault(wrong);
          onChange(wrong || !found.card ? undefined : { kind: 'stock', card: found.card });
        },
      },
    );
  };

  useTap((tap) => {
    if (tap.source === 'EID') setFault('eid');
    else if ('problem' in tap) setFault('unreadable');
    else tryCard(tap.identifier, tap.source);
  });

  if (value?.kind === 'digital') {
    return (
      <Digital
        system={cardSystem}
        onOther={() => {
          onChange(undefined);
        }}
      />
    );
  }
  if (value) {
    return (
      <div role="status" className="grid gap-3">
        <p className="flex items-center gap-2 font-medium">
          <span className="text-ok">
            <Icon name="done" />
          </span>
          {t('card.ok')}
        </p>
        <PassCard number={value.card.uitpasNumber} cardSystem={value.card.cardSystem} />
        <div>
          <Button
            kind="quiet"
            size="small"
            onPress={() => {
              onChange(undefined);
            }}
          >
            {t('card.other')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <p className="flex items-center gap-3 text-lead font-medium">
        <span className="text-act-ink">
          <Icon name="reader" size={28} />
        </span>
        {t('card.tap')}
      </p>
      {fault && (
        <Banner tone="warn" live="polite" title={t(`card.fault.${fault}`, { system: cardSystem.name })} />
      )}
      {look.isError && <Banner tone="stop" live="polite" title={failure(look.error).text} />}
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim()) tryCard(typed, 'TYPED');
        }}
      >
        <div className="min-w-52 grow">
          <Field
            label={t('card.type')}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setFault(undefined);
            }}
            figures
            inputMode="numeric"
            autoComplete="off"
            placeholder={formatPassNumber('0'.repeat(13))}
          />
        </div>
        <Button type="submit" pending={look.isPending}>
          {t('card.check')}
        </Button>
      </form>
      <div>
        <Button
          kind="quiet"
          size="small"
          onPress={() => {
            setFault(undefined);
            onChange({ kind: 'digital' });
          }}
        >
          {t('card.digital')}
        </Button>
      </div>
    </div>
  );
}

function Digital({ system, onOther }: { system: CardSystem; onOther: () => void }) {
  const { t } = useTranslation('profile');
  return (
    <div className="grid gap-2">
      <p className="font-medium">
        {t('card.digital')} · {system.name}
      </p>
      <p className="text-ink-soft">{t('card.digitalText')}</p>
      <div>
        <Button kind="quiet" size="small" onPress={onOther}>
          {t('card.other')}
        </Button>
      </div>
    </div>
  );
}

function useLook() {
  const counter = useCounter();
  return useMutation({
    mutationFn: (body: { identifier: string; source: IdentificationSource }) =>
      unwrap(api.POST('/api/v1/identifications', { params: { header: { 'X-Counter': counter.id } }, body })),
  });
}
