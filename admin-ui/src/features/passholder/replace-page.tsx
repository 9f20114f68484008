import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Card, Passholder, Payment } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useUnsaved } from '@/shared/identify/unsaved';
import { PassCard } from '@/shared/pass/pass-card';
import { useCounter } from '@/shared/session/session';
import { Choice } from '@/shared/ui/choice';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { BackToPerson } from './back-to-person';
import { tariffWith, type NewCard, type Why } from './new-card';
import { NewCardField } from './new-card-field';
import { passholderQuery } from './queries';
import { useDecision, useObstacle } from './sale';
import { SaleForm } from './sale-form';
import { SoldPanel } from './sold';
import { TariffFields, tariffOf, type TariffAnswer } from './tariff-fields';
import { useSell } from './use-sale';
import { useWhyNot } from './use-may';
import type { Hold } from './voucher-field';

type Request = components['schemas']['ReplacementRequest'];

/** A new card in the place of an old one. The old one stays as it is until the new one is known to be good. */
export function ReplacePage() {
  const { t } = useTranslation('profile');
  const { id = '', card: cardId } = useParams({ strict: false });
  const counter = useCounter();
  const query = useQuery(passholderQuery(counter.id, id));
  const person = query.data;
  const card = person?.cards.find((each) => each.id === cardId);

  if (query.isError && !person) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!person) return <Loading lines={5} />;
  if (!card) {
    return (
      <EmptyState icon="card" title={t('replace.missing')} action={<BackToPerson id={id} />}>
        {null}
      </EmptyState>
    );
  }
  return <Replace key={card.id} person={person} card={card} />;
}

function Replace({ person, card }: { person: Passholder; card: Card }) {
  const { t } = useTranslation('profile');
  const whyNot = useWhyNot();
  const [why, setWhy] = useState<Why>();
  const [fresh, setFresh] = useState<NewCard>();
  const [tariffAnswer, setTariffAnswer] = useState<TariffAnswer>({ ground: '', until: null });
  const [voucher, setVoucher] = useState<Hold>();
  const [payment, setPayment] = useState<Payment | ''>('');
  const replace = useSell(person.id, t('replace.toast'), (body: Request, header) =>
    unwrap(api.POST('/api/v1/replacements', { params: { header }, body })),
  );

  const standing = person.memberships.find(
    ({ cardSystem }) => cardSystem.id === card.cardSystem.id,
  )?.socialTariff;
  const standsNow = standing?.status === 'ACTIVE' || standing?.status === 'GRACE';
  const tariff = fresh ? tariffWith(fresh, card.uitpasNumber, standsNow) : 'none';
  const body: Request | undefined =
    fresh && why
      ? {
          passholderId: person.id,
          cardSystemId: card.cardSystem.id,
          oldNumber: card.uitpasNumber,
          why,
          cardType: fresh.kind === 'digital' ? 'DIGITAL' : 'NFC_CARD',
          ...(fresh.kind === 'stock' ? { uitpasNumber: fresh.card.uitpasNumber } : {}),
          ...(voucher ? { voucher: voucher.number, holdId: voucher.id } : {}),
          ...(tariff === 'asked' ? { socialTariff: tariffOf(tariffAnswer) } : {}),
        }
      : undefined;
  const decision = useDecision(body && { what: 'replacement', body });
  const cents = decision.data?.quote?.cents;
  const obstacle = useObstacle(decision.data, payment);
  useUnsaved(fresh !== undefined && !replace.isSuccess);

  const reason =
    whyNot('PASSHOLDERS_WRITE', person, card.cardSystem) ??
    (!why ? t('replace.first') : undefined) ??
    (!fresh ? t('card.first') : undefined) ??
    obstacle;

  const save = () => {
    if (!body || cents === undefined || replace.isPending) return;
    replace.mutate({ ...body, expectedCents: cents, ...(cents > 0 && payment ? { payment } : {}) });
  };

  if (replace.isSuccess) {
    return (
      <SoldPanel
        sold={replace.data}
        cardSystem={card.cardSystem}
        title={t('replace.done')}
        text={t('replace.doneText')}
      />
    );
  }
  return (
    <SaleForm
      person={person}
      title={t('replace.title')}
      above={
        <div className="grid gap-2 max-lg:hidden">
          <p className="text-ink-soft">{t('replace.old')}</p>
          <PassCard
            number={card.uitpasNumber}
            cardSystem={card.cardSystem}
            small
            stamp={why && why !== 'REPLACED' ? { tone: 'stop', text: t(`reason.${why}`) } : undefined}
          />
        </div>
      }
      asked={body !== undefined}
      panel={{
        decision,
        cardSystemId: card.cardSystem.id,
        sold: replace.isSuccess,
        voucher,
        onVoucher: setVoucher,
        payment,
        onPayment: setPayment,
      }}
      error={replace.error}
      save={{ children: t('replace.save'), reason, pending: replace.isPending, onPress: save }}
    >
      <Choice
        label={t('replace.why')}
        value={why ?? ''}
        onChange={setWhy}
        options={[
          { value: 'LOST', label: t('block.LOST') },
          { value: 'STOLEN', label: t('block.STOLEN') },
          { value: 'DEFECT', label: t('block.DEFECT') },
          { value: 'REPLACED', label: t('replace.REPLACED') },
        ]}
      />
      <section aria-labelledby="new-card" className="grid gap-3">
        <h2 id="new-card" className="text-lead font-bold">
          {t('card.new')}
        </h2>
        <NewCardField
          cardSystem={card.cardSystem}
          oldNumber={card.uitpasNumber}
          value={fresh}
          onChange={setFresh}
        />
      </section>
      {tariff === 'asked' && <TariffFields value={tariffAnswer} onChange={setTariffAnswer} />}
    </SaleForm>
  );
}
