import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { buttonStyle } from '@/shared/ui/button-style';
import { EmptyState } from '@/shared/ui/empty-state';
import { showToast } from '@/shared/ui/toast-store';
import { SoldPage } from './sold-page';
import type { Sold } from './use-save';
import { useVoid } from './use-void';
import { Wizard } from './wizard';

/** Registering people: the form, and what came of it. */
export function RegistrationPage() {
  const { t } = useTranslation('registration');
  const counter = useCounter();
  const takeBack = useVoid();
  const [sold, setSold] = useState<Sold[]>();
  const [round, setRound] = useState(0);
  const again = () => {
    setSold(undefined);
    setRound(round + 1);
  };

  if (!counter.permissions.includes('PASSHOLDERS_WRITE')) {
    return (
      <EmptyState
        icon="lock"
        title={t('denied.title')}
        action={
          <Link to="/" className={buttonStyle('act')}>
            {t('denied.home')}
          </Link>
        }
      >
        {t('denied.text')}
      </EmptyState>
    );
  }
  if (sold) return <SoldPage sold={sold} onNext={again} />;
  return (
    <Wizard
      key={`${counter.id} ${round}`}
      onRestart={again}
      onSold={(all) => {
        setSold(all);
        const ids = all.map(({ registration }) => registration.id);
        showToast({
          tone: 'ok',
          text: t('sold.toast', { count: all.length }),
          undo: () =>
            takeBack.mutateAsync(ids).then(
              () => {
                setSold(undefined);
                setRound((before) => before + 1);
              },
              () => undefined,
            ),
        });
      }}
    />
  );
}
