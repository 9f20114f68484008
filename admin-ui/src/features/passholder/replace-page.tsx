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
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { BackToPerson } from './back-to-person';
import { tariffWith, type NewCard, type Why } from './new-card';
import { NewCardField } from './new-card-field';
import { passholderQuery } from './queries';
import { Refused } from './refused';
import { SalePanel, useDecision, useObstacle } from './sale';
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
    <div className="grid gap-6">
      <BackToPerson id={person.id} />
      <div>
        <h1 className="text-title font-bold sm:text-display">{t('replace.title')}</h1>
        <p data-person className="text-lead text-ink-soft">
          {person.firstName} {person.name}
        </p>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid content-start gap-8">
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
        </div>
        <aside className="grid content-start gap-6">
          <div className="grid gap-2 max-lg:hidden">
            <p className="text-ink-soft">{t('replace.old')}</p>
            <PassCard
              number={card.uitpasNumber}
              cardSystem={card.cardSystem}
              small
              stamp={why && why !== 'REPLACED' ? { tone: 'stop', text: t(`reason.${why}`) } : undefined}
            />
          </div>
          {body ? (
            <SalePanel
              decision={decision}
              cardSystemId={card.cardSystem.id}
              sold={replace.isSuccess}
              voucher={voucher}
              onVoucher={setVoucher}
              payment={payment}
              onPayment={setPayment}
            />
          ) : (
            <p className="text-ink-soft">{t('sale.waiting')}</p>
          )}
          {replace.isError && <Refused error={replace.error} />}
          <Button kind="act" size="large" wide reason={reason} pending={replace.isPending} onPress={save}>
            {t('replace.save')}
          </Button>
        </aside>
      </div>
    </div>
  );
}
