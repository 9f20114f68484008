import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPassNumber } from '@/shared/format/pass-number';
import { beginWith } from '@/shared/registration/start';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { releaseHold } from './use-hold';
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
      tone={other ? 'warn' : 'note'}
      title={t('resumed.title')}
      onClose={() => {
        setClosed(true);
      }}
      actions={
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
      }
    >
      {t('resumed.text')}
    </Banner>
  );
}
