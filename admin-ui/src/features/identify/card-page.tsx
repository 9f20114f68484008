import { Link, Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Identification } from '@/api/types';
import { beginWith } from '@/shared/registration/start';
import { useCounter } from '@/shared/session/session';
import { useOutcome, type Outcome } from '@/shared/identify/outcome';
import { buttonStyle } from '@/shared/ui/button-style';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { toneIcon, type Tone } from '@/shared/ui/tone';
import { PassCard } from '@/shared/pass/pass-card';
import { GroupPassFacts } from './group-pass-facts';
import { useExplanation } from './use-explanation';
import { WaysOut } from './ways-out';

const colours: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  stop: 'text-stop',
  note: 'text-note',
};

/** Why a card or number leads to no profile, and what helps. After a reload there is nothing left to explain. */
export function CardPage() {
  const outcome = useOutcome();
  return outcome ? <Explained outcome={outcome} /> : <Navigate to="/" replace />;
}

function Explained({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('card');
  const { tone, title, text, stamp } = useExplanation(outcome);
  const identification = outcome.kind === 'identified' ? outcome.identification : undefined;
  const card = identification?.card;

  return (
    <div className="mx-auto grid w-full max-w-4xl gap-8 sm:pt-6">
      <div
        className={classes('grid items-center gap-8', card && 'md:grid-cols-[minmax(0,22rem)_1fr] md:gap-12')}
      >
        {card && (
          <PassCard
            number={card.uitpasNumber}
            cardSystem={card.cardSystem}
            stamp={stamp ? { tone, text: stamp } : undefined}
            note={card.cardType === 'DIGITAL' ? t('card.digital') : undefined}
          />
        )}
        <div role="status" className="grid gap-3">
          <PageHeading className="flex items-start gap-3 text-title font-bold text-balance sm:text-display">
            <span className={classes('mt-1 shrink-0', colours[tone])}>
              <Icon name={toneIcon[tone]} size={34} />
            </span>
            {title}
          </PageHeading>
          <p className="max-w-prose text-lead text-pretty">{text}</p>
          {identification?.groupPass && <GroupPassFacts group={identification.groupPass} />}
        </div>
      </div>
      <WaysOut outcome={outcome} />
      <Actions identification={identification} />
    </div>
  );
}

function Actions({ identification }: { identification: Identification | undefined }) {
  const { t } = useTranslation('card');
  const profile = identification?.passholderId;
  const { permissions } = useCounter();
  const fresh = identification?.card;
  const registers =
    fresh !== undefined &&
    identification?.wayOut?.includes('REGISTER') &&
    permissions.includes('PASSHOLDERS_WRITE');
  const opens = profile !== undefined && identification?.wayOut?.includes('OPEN_PROFILE');
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-3">
        {opens && (
          <Link to="/passholders/$id" params={{ id: profile }} className={buttonStyle('act', 'large')}>
            {t('way.OPEN_PROFILE')}
          </Link>
        )}
        {registers && (
          <Link
            to="/register"
            className={buttonStyle('act', 'large')}
            onClick={() => {
              beginWith({ card: fresh });
            }}
          >
            {t('way.register')}
          </Link>
        )}
        <Link to="/" className={buttonStyle(opens || registers ? 'plain' : 'act', 'large')}>
          {t('card.another')}
        </Link>
      </div>
      <p className="text-ink-soft">{t('card.tapAnother')}</p>
    </div>
  );
}
