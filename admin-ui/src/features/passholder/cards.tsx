import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Card, Passholder } from '@/api/types';
import { PassCard } from '@/shared/pass/pass-card';
import { Button } from '@/shared/ui/button';
import { BlockDialog } from './block-dialog';
import { useCardActs } from './use-card-acts';
import { useWhyNot } from './use-may';

/** The passes of a person, the one in use first and with what can be done to it. */
export function Cards({ person }: { person: Passholder }) {
  const { t } = useTranslation();
  const { t: tc } = useTranslation('card');
  const cards = person.cards.toSorted((a, b) => Number(b.current) - Number(a.current));
  if (cards.length === 0) return <p className="text-ink-soft">{t('person.noCard')}</p>;
  return (
    <ul className="grid gap-4" aria-label={t('person.cards')}>
      {cards.map((card) => (
        <li key={card.id} className="grid gap-2">
          <PassCard
            number={card.uitpasNumber}
            cardSystem={card.cardSystem}
            small={!card.current}
            note={card.cardType === 'DIGITAL' ? tc('card.digital') : undefined}
            stamp={
              card.status === 'ACTIVE'
                ? undefined
                : { tone: 'stop', text: tc(card.status === 'BLOCKED' ? 'card.blocked' : 'card.deleted') }
            }
          />
          {canStillServe(card, person.cards) && <CardActs card={card} person={person} />}
        </li>
      ))}
    </ul>
  );
}

/** A card in use, or a blocked one that no other has come for. */
function canStillServe(card: Card, all: readonly Card[]): boolean {
  if (card.status === 'ACTIVE') return true;
  const followed = all.some(
    ({ cardSystem, status }) => cardSystem.id === card.cardSystem.id && status === 'ACTIVE',
  );
  return card.status === 'BLOCKED' && !followed && card.statusReason !== 'REPLACED';
}

function CardActs({ card, person }: { card: Card; person: Passholder }) {
  const { t } = useTranslation('profile');
  const navigate = useNavigate();
  const whyNot = useWhyNot();
  const acts = useCardActs(person.id);
  const [asking, setAsking] = useState(false);
  const blocked = card.status === 'BLOCKED';

  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="small"
        icon="card"
        reason={whyNot('PASSHOLDERS_WRITE', person, card.cardSystem)}
        onPress={() => {
          void navigate({ to: '/passholders/$id/replace/$card', params: { id: person.id, card: card.id } });
        }}
      >
        {t('act.replace')}
      </Button>
      <Button
        size="small"
        kind="quiet"
        icon={blocked ? 'undo' : 'lock'}
        pending={acts.pending}
        reason={whyNot('CARDS_BLOCK', person)}
        onPress={() => {
          if (blocked) acts.unblock(card);
          else setAsking(true);
        }}
      >
        {t(blocked ? 'act.unblock' : 'act.block')}
      </Button>
      <BlockDialog
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        onBlock={(reason) => {
          setAsking(false);
          acts.block(card, reason);
        }}
      />
    </div>
  );
}
