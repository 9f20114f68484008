import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFailure } from '@/shared/failure/use-failure';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { PassCard } from '@/shared/pass/pass-card';
import { useAbout, useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { useMail } from './use-mail';
import { usePaper } from './use-paper';
import type { Sold } from './use-save';

/** It is done: the passes, the receipts, and the next one. */
export function SoldPage({ sold, onNext }: { sold: Sold[]; onNext: () => void }) {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const paper = usePaper();
  const total = sold.reduce((sum, { registration }) => sum + registration.cents, 0);
  const canMail = useAbout()?.mail ?? false;
  const mails = canMail
    ? [...new Set(sold.filter(({ wantsMail }) => wantsMail).map(({ email }) => email))].filter(Boolean)
    : [];
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-8 sm:pt-4">
      <div role="status" className="grid gap-2">
        <PageHeading className="flex items-start gap-3 text-title font-bold text-balance sm:text-display">
          <span className="mt-1 shrink-0 text-ok">
            <Icon name="done" size={34} />
          </span>
          <span>
            {sold.length === 1 ? (
              <>
                <span data-person>{sold[0]?.name}</span> {t('sold.one')}
              </>
            ) : (
              t('sold.title', { count: sold.length })
            )}
          </span>
        </PageHeading>
        <p className="text-lead">
          {total === 0 ? t('sold.free') : t('sold.paid', { amount: formatEuros(total, language) })}
        </p>
        {mails.length > 0 && (
          <p className="text-ink-soft">
            {t('sold.mail')} <span data-person>{mails.join(', ')}</span>
          </p>
        )}
      </div>
      <ul className="grid gap-5">
        {sold.map((one) => (
          <SoldPass key={one.registration.id} sold={one} paper={paper} />
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <Button kind="act" size="large" autoFocus onPress={onNext}>
          {t('sold.next')}
        </Button>
        <Link to="/registrations" className={buttonStyle('quiet', 'large')}>
          {t('day.title')}
        </Link>
      </div>
    </div>
  );
}

function SoldPass({
  sold: { registration, name, email },
  paper,
}: {
  sold: Sold;
  paper: ReturnType<typeof usePaper>;
}) {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const counter = useCounter();
  const mail = useMail();
  const failure = useFailure();
  const { id, passholderId, cardSystemId, uitpasNumber, cents, explanation } = registration;
  const system = counter.cardSystems.find((one) => one.id === cardSystemId);
  return (
    <li className="grid items-center gap-5 rounded-card border border-line bg-surface p-5 sm:grid-cols-[14rem_1fr]">
      {system && uitpasNumber && <PassCard small number={uitpasNumber} cardSystem={system} />}
      <div className="grid gap-3">
        <p className="flex items-baseline justify-between gap-4">
          <strong data-person>{name}</strong>
          <span className="font-medium tabular-nums">{formatEuros(cents, language)}</span>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button
            size="small"
            icon="printer"
            onPress={() => {
              paper.mutate({ registrationId: id });
            }}
          >
            {t('sold.receipt')}
          </Button>
          {explanation.cardType === 'DIGITAL' && (
            <Button
              size="small"
              icon="card"
              onPress={() => {
                paper.mutate({ passholderId, cardSystemId });
              }}
            >
              {t('sold.sheet')}
            </Button>
          )}
          {email && (
            <Button
              size="small"
              icon="mail"
              pending={mail.isPending}
              onPress={() => {
                mail.mutate(id);
              }}
            >
              {t('sold.send')}
            </Button>
          )}
          <Link to="/passholders/$id" params={{ id: passholderId }} className={buttonStyle('quiet', 'small')}>
            {t('known.open')}
          </Link>
        </div>
        <p role="alert" className="text-small font-medium text-stop-ink empty:hidden">
          {mail.error && failure(mail.error).text}
        </p>
        <p role="status" className="text-small text-ink-soft empty:hidden">
          {mail.isSuccess && (
            <>
              {t('sold.sent')} <span data-person>{email}</span>
            </>
          )}
        </p>
      </div>
    </li>
  );
}
