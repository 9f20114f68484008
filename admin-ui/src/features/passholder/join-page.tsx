import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { CardSystem, Passholder, Payment } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useUnsaved } from '@/shared/identify/unsaved';
import { useCounter } from '@/shared/session/session';
import { Choice } from '@/shared/ui/choice';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { BackToPerson } from './back-to-person';
import { isMarked, type NewCard } from './new-card';
import { NewCardField } from './new-card-field';
import { passholderQuery } from './queries';
import { useDecision, useObstacle } from './sale';
import { SaleForm } from './sale-form';
import { SoldPanel } from './sold';
import { TariffFields, tariffOf, type TariffAnswer } from './tariff-fields';
import { useWhyNot } from './use-may';
import type { Hold } from './voucher-field';
import { useSell } from './use-sale';

type Request = components['schemas']['JoiningRequest'];

/** Makes a person a member of another card system of this counter, with the pass they have or a new one. */
export function JoinPage() {
  const { t } = useTranslation('profile');
  const { id = '', system: systemId } = useParams({ strict: false });
  const counter = useCounter();
  const query = useQuery(passholderQuery(counter.id, id));
  const system = counter.cardSystems.find((each) => String(each.id) === systemId);

  if (query.isError && !query.data) {
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <Loading lines={5} />;
  if (!system) {
    return <EmptyState icon="card" title={t('join.missing')} action={<BackToPerson id={id} />} />;
  }
  return <Join person={query.data} system={system} />;
}

function Join({ person, system }: { person: Passholder; system: CardSystem }) {
  const { t } = useTranslation('profile');
  const whyNot = useWhyNot();
  const hasCard = person.cards.some(({ status }) => status === 'ACTIVE');
  const [way, setWay] = useState<'own' | 'fresh'>(hasCard ? 'own' : 'fresh');
  const [fresh, setFresh] = useState<NewCard>();
  const [answer, setAnswer] = useState<TariffAnswer>({ ground: '', until: null });
  const [voucher, setVoucher] = useState<Hold>();
  const [payment, setPayment] = useState<Payment | ''>('');
  const join = useSell(person.id, t('join.doneText'), (body: Request, header) =>
    unwrap(api.POST('/api/v1/joinings', { params: { header }, body })),
  );

  const own = way === 'own';
  const asksTariff = !own && fresh?.kind === 'stock' && isMarked(fresh.card.uitpasNumber);
  const body: Request | undefined =
    own || fresh
      ? {
          passholderId: person.id,
          cardSystemId: system.id,
          cardType: !own && fresh?.kind === 'digital' ? 'DIGITAL' : 'NFC_CARD',
          withOwnCard: own,
          ...(!own && fresh?.kind === 'stock' ? { uitpasNumber: fresh.card.uitpasNumber } : {}),
          ...(voucher ? { voucher: voucher.number, holdId: voucher.id } : {}),
          ...(asksTariff ? { socialTariff: tariffOf(answer) } : {}),
        }
      : undefined;
  const decision = useDecision(body && { what: 'joining', body });
  const cents = decision.data?.quote?.cents;
  const obstacle = useObstacle(decision.data, payment);
  useUnsaved(fresh !== undefined && !join.isSuccess);

  const reason =
    whyNot('PASSHOLDERS_WRITE', person, system) ?? (!body ? t('card.first') : undefined) ?? obstacle;

  const save = () => {
    if (!body || cents === undefined || join.isPending) return;
    join.mutate({ ...body, expectedCents: cents, ...(cents > 0 && payment ? { payment } : {}) });
  };

  if (join.isSuccess) {
    return (
      <SoldPanel
        sold={join.data}
        cardSystem={system}
        title={t('join.done', { system: system.name })}
        text={t('join.doneText')}
      />
    );
  }
  return (
    <SaleForm
      person={person}
      title={t('join.title', { system: system.name })}
      asked={body !== undefined}
      panel={{
        decision,
        cardSystemId: system.id,
        sold: join.isSuccess,
        voucher,
        onVoucher: setVoucher,
        payment,
        onPayment: setPayment,
      }}
      error={join.error}
      save={{ children: t('join.save'), reason, pending: join.isPending, onPress: save }}
    >
      {hasCard && (
        <Choice
          label={t('join.with')}
          value={way}
          onChange={setWay}
          options={[
            { value: 'own', label: t('join.own') },
            { value: 'fresh', label: t('join.fresh') },
          ]}
        />
      )}
      {!own && <NewCardField cardSystem={system} value={fresh} onChange={setFresh} />}
      {asksTariff && <TariffFields value={answer} onChange={setAnswer} />}
    </SaleForm>
  );
}
