import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPassNumber } from '@/shared/format/pass-number';
import { beginWith } from '@/shared/registration/start';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { releaseHold } from './release-hold';
import { useWizard } from './use-wizard';

/** After a reload: what came back, and what has to be given again because it is kept nowhere. */
export function Resumed({ onRestart }: { onRestart: () => void }) {
  const { t } = useTranslation('registration');
  const { initial, people, counter, discard } = useWizard();
  const [closed, setClosed] = useState(false);
  if (!initial.resumed || closed) return null;
  const { card } = initial;
  const other =
    card && people.every(({ uitpasNumber }) => uitpasNumber !== card.uitpasNumber) ? card : undefined;
  return (
    <Banner
      tone={other || initial.unanswered ? 'warn' : 'note'}
      title={t(initial.unanswered ? 'unsure.resumed' : 'resumed.title')}
      onClose={() => {
        setClosed(true);
      }}
      actions={
        <>
          {initial.unanswered && (
            <Link to="/registrations" className={buttonStyle('plain', 'small')}>
              {t('day.title')}
            </Link>
          )}
          <Button
            size="small"
            onPress={() => {
              for (const { holdId } of people) void releaseHold(counter.id, holdId).catch(() => undefined);
              discard();
              beginWith(other ? { card: other } : {});
              onRestart();
            }}
          >
            {other
              ? t('resumed.restartWith', { number: formatPassNumber(other.uitpasNumber) })
              : t('resumed.restart')}
          </Button>
        </>
      }
    >
      {initial.unanswered && <p>{t('unsure.resumedText')}</p>}
      <p>{t('resumed.text')}</p>
    </Banner>
  );
}
