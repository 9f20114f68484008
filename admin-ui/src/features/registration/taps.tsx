import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Identification, IdentifiedCard } from '@/api/types';
import { useTap } from '@/shared/bridge/bridge-provider';
import type { Tap } from '@/shared/bridge/tap';
import { openEid } from '@/shared/eid/inserted-eid';
import { useFailure } from '@/shared/failure/use-failure';
import { formatPassNumber } from '@/shared/format/pass-number';
import { readIdentifier } from '@/shared/identifier/identifier';
import { setOutcome } from '@/shared/identify/outcome';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { wake } from '@/shared/ui/privacy';
import { showToast } from '@/shared/ui/toast-store';
import { isBegun } from './household';
import { useWizard } from './use-wizard';

/** Passes and eIDs that come while somebody registers: for this registration, or after a question. */
export function Taps() {
  const { t } = useTranslation('card');
  const { t: says } = useTranslation('registration');
  const wizard = useWizard();
  const failure = useFailure();
  const [other, setOther] = useState<Identification>();

  const look = async (identifier: string, source: 'CHIP' | 'SCANNER') => {
    const answer = await unwrap(
      api.POST('/api/v1/identifications', {
        params: { header: { 'X-Counter': wizard.counter.id } },
        body: { identifier, source },
      }),
    );
    const { card } = answer;
    if (card && wizard.people.some(({ uitpasNumber }) => uitpasNumber === card.uitpasNumber)) return;
    const wanted = wizard.step === 'pass' || wizard.person.uitpasNumber === '';
    if (card && wanted && (answer.kind === 'UNREGISTERED' || !isBegun(wizard.person))) wizard.takeCard(card);
    else setOther(answer);
  };

  const follow = async (tap: Tap) => {
    if (wizard.saving !== 'no') {
      showToast({ tone: 'warn', text: says('unsure.tap') });
      return;
    }
    if ('problem' in tap) {
      showToast({
        tone: 'warn',
        text: `${t(`card.${tap.problem}.title`)}. ${t(`card.${tap.problem}.text`)}`,
      });
      return;
    }
    if (tap.source === 'EID') {
      if (wizard.step !== 'person') wizard.go('person');
      openEid(tap, '/register');
      return;
    }
    if (tap.source === 'SCANNER' && readIdentifier(tap.identifier).kind === 'national') {
      wizard.change({ inszNumber: tap.identifier });
      wizard.touch('inszNumber');
      return;
    }
    try {
      await look(tap.identifier, tap.source);
    } catch (error) {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${title}. ${text}` });
    }
  };

  useTap((tap) => {
    wake();
    void follow(tap);
  });

  return (
    <Other
      answer={other}
      onClose={() => {
        setOther(undefined);
      }}
      onTake={(card) => {
        setOther(undefined);
        wizard.takeCard(card);
      }}
    />
  );
}

/** Another pass than that of this registration: somebody else's, or a second one from stock. */
function Other({
  answer,
  onClose,
  onTake,
}: {
  answer: Identification | undefined;
  onClose: () => void;
  onTake: (card: IdentifiedCard) => void;
}) {
  const { t } = useTranslation('registration');
  const navigate = useNavigate();
  const { person } = useWizard();
  const free = answer?.kind === 'UNREGISTERED' ? answer.card : undefined;
  const leave = () => {
    onClose();
    if (!answer) return;
    if (answer.passholderId) {
      void navigate({ to: '/passholders/$id', params: { id: answer.passholderId } });
      return;
    }
    setOutcome({ kind: 'identified', identification: answer, source: 'CHIP' });
    void navigate({ to: '/card' });
  };
  return (
    <Dialog
      question
      open={answer !== undefined}
      title={t(free ? 'tap.second' : 'tap.other')}
      onClose={onClose}
      actions={
        <>
          {free ? (
            <Button
              onPress={() => {
                onTake(free);
              }}
            >
              {t('tap.take', { number: formatPassNumber(free.uitpasNumber) })}
            </Button>
          ) : (
            <Button onPress={leave}>{t('tap.leave')}</Button>
          )}
          <Button kind="act" autoFocus onPress={onClose}>
            {t('tap.stay')}
          </Button>
        </>
      }
    >
      <p>
        {free ? t('tap.secondText', { number: formatPassNumber(person.uitpasNumber) }) : t('tap.otherText')}
      </p>
    </Dialog>
  );
}
