import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { showToast } from '@/shared/ui/toast-store';
import { CardNumbers } from './card-numbers';
import { PackChoice } from './pack-choice';
import { Refused } from './refused';
import { readCount } from './shipment-state';
import { kindOf, kinds, regionStock, type Kind } from './shelves';
import { countersQuery, lookAtStockAgain, packsQuery, shelvesQuery } from './stock-queries';
import type { ShipmentRequest } from './types';
import { useCounterName } from './use-counter-name';
import { useRequestKey } from './use-request-key';

type Way = 'count' | 'packs' | 'numbers';

/** Sends cards to a counter: so many of a kind, whole packs, or cards by their number. */
export function SendDialog({
  system,
  to: first,
  onClose,
}: {
  system: CardSystem;
  to: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const nameOf = useCounterName();
  const regional = counter.permissions.includes('CARDS_WRITE');
  const counters = useQuery(countersQuery(counter.id)).data ?? [];
  const shelves = useQuery(shelvesQuery(counter.id)).data ?? [];
  const packs = useQuery({ ...packsQuery(counter.id), enabled: regional }).data ?? [];
  const [fromHere, setFromHere] = useState(!regional);
  const [to, setTo] = useState(first ?? '');
  const [way, setWay] = useState<Way>('count');
  const [kind, setKind] = useState<Kind>('plain');
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [numbers, setNumbers] = useState<readonly string[]>([]);
  const [note, setNote] = useState('');
  const send = useSend(onClose);

  const stock = { plain: 0, social: 0 };
  if (fromHere) {
    for (const shelf of shelves)
      if (shelf.cardSystemId === system.id && shelf.counterId === counter.id)
        stock[kindOf(shelf)] += shelf.local;
  } else Object.assign(stock, regionStock(shelves, system.id));

  const here = packs.filter(({ cardSystemId }) => cardSystemId === system.id);
  const count = readCount(typed) ?? 0;
  const many = {
    count,
    packs: here.filter(({ name }) => chosen.includes(name)).reduce((sum, { cards }) => sum + cards, 0),
    numbers: numbers.length,
  }[way];
  const reason =
    to === ''
      ? t('send.noCounter')
      : many === 0
        ? t(`send.none.${way}`)
        : way === 'count' && count > stock[kind]
          ? t('send.tooMany', { count: stock[kind] })
          : undefined;
  const submit = () => {
    if (reason !== undefined || send.isPending) return;
    send.mutate({
      cardSystemId: system.id,
      counterId: to,
      ...(fromHere && { fromHere }),
      ...(note.trim() !== '' && { note: note.trim() }),
      ...(way === 'count' && { count, socialTariff: kind === 'social' }),
      ...(way === 'packs' && { packs: [...chosen] }),
      ...(way === 'numbers' && { uitpasNumbers: [...numbers] }),
    });
  };
  const ways: Way[] = fromHere ? ['count', 'numbers'] : ['count', 'packs', 'numbers'];

  return (
    <Dialog
      open
      wide
      title={t('send.title')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={send.isPending} reason={reason} onPress={submit}>
            {many > 0 ? t('send.go', { count: many }) : t('send.goNone')}
          </Button>
        </>
      }
    >
      {send.isError && <Refused error={send.error} />}
      <div className="grid gap-5">
        {regional && (
          <Choice
            label={t('send.from')}
            value={fromHere ? 'here' : 'region'}
            onChange={(value) => {
              setFromHere(value === 'here');
              if (value === 'here' && way === 'packs') setWay('count');
              if (value === 'here' && to === counter.id) setTo('');
            }}
            options={[
              { value: 'region', label: t('stock.region') },
              { value: 'here', label: counter.name },
            ]}
          />
        )}
        <Select
          label={t('send.to')}
          value={to}
          placeholder={t('send.choose')}
          onChange={setTo}
          options={counters
            .filter(
              ({ id, cardSystemIds }) =>
                cardSystemIds.includes(system.id) && !(fromHere && id === counter.id),
            )
            .map(({ id, name, city }) => ({
              value: id,
              label: [name, city].filter((word) => word !== '').join(', '),
            }))}
        />
        <Choice
          label={t('send.what')}
          value={way}
          onChange={setWay}
          options={ways.map((value) => ({ value, label: t(`send.way.${value}`) }))}
        />
        {way === 'count' && (
          <div className="grid gap-x-5 gap-y-4 sm:grid-cols-[1fr_12rem]">
            <Choice
              label={t('send.kind')}
              value={kind}
              onChange={setKind}
              options={kinds.map((value) => ({
                value,
                label: t(`stock.kind.${value}`),
                help: t('send.left', { count: stock[value] }),
              }))}
            />
            <Field
              label={t('send.count')}
              value={typed}
              onChange={setTyped}
              inputMode="numeric"
              figures
              check={(value) => (readCount(value) ? null : t('vouchers.numberWrong'))}
              onEnter={submit}
            />
          </div>
        )}
        {way === 'packs' && <PackChoice packs={here} chosen={chosen} onChange={setChosen} />}
        {way === 'numbers' && <CardNumbers numbers={numbers} onChange={setNumbers} />}
        {kind === 'social' &&
          way === 'count' &&
          counters.find(({ id }) => id === to)?.socialTariff === false && (
            <Banner tone="warn" title={t('send.noSocial', { counter: nameOf(to) })} />
          )}
        <Field
          label={t('send.note')}
          help={t('send.noteHelp')}
          value={note}
          onChange={setNote}
          maxLength={200}
          optional
          onEnter={submit}
        />
      </div>
    </Dialog>
  );
}

function useSend(onClose: () => void) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const nameOf = useCounterName();
  const keyOf = useRequestKey();
  const header = { 'X-Counter': counter.id };
  return useMutation({
    mutationFn: (body: ShipmentRequest) =>
      unwrap(
        api.POST('/api/v1/shipments', {
          params: { header: { ...header, 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      ),
    onSuccess: async ({ id, cards, counterId }) => {
      onClose();
      showToast({
        tone: 'ok',
        text: t('send.sent', { count: cards, counter: nameOf(counterId) }),
        undo: async () => {
          await unwrap(
            api.POST('/api/v1/shipments/{shipmentId}/recall', {
              params: { header, path: { shipmentId: id } },
            }),
          );
          await lookAtStockAgain(client, counter.id);
        },
      });
      await lookAtStockAgain(client, counter.id);
    },
  });
}
