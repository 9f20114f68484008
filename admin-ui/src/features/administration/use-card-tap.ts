import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useTap } from '@/shared/bridge/bridge-provider';
import { useFailure } from '@/shared/failure/use-failure';
import { readIdentifier } from '@/shared/identifier/identifier';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';

/** Hands over the number of each card that is laid on the reader or scanned, whoever's it is. */
export function useCardTap(onNumber: (uitpasNumber: string) => void): void {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const failure = useFailure();

  const look = async (identifier: string, source: 'CHIP' | 'SCANNER') => {
    const read = readIdentifier(identifier);
    if (read.kind === 'pass') {
      onNumber(read.value);
      return;
    }
    try {
      const { card } = await unwrap(
        api.POST('/api/v1/identifications', {
          params: { header: { 'X-Counter': counter.id } },
          body: { identifier, source },
        }),
      );
      if (card) onNumber(card.uitpasNumber);
      else showToast({ tone: 'warn', text: t('card.unknown') });
    } catch (error) {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
    }
  };

  useTap((tap) => {
    if ('problem' in tap || tap.source === 'EID') showToast({ tone: 'warn', text: t('card.unreadable') });
    else void look(tap.identifier, tap.source);
  });
}
