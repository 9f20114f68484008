import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTap } from '@/shared/bridge/bridge-provider';
import type { Tap } from '@/shared/bridge/tap';
import { closeEid, closeEidUnlessAt, openEid, type InsertedEid } from '@/shared/eid/inserted-eid';
import { useFailure } from '@/shared/failure/use-failure';
import { fetchWords } from '@/shared/i18n/i18n';
import { setOutcome } from '@/shared/identify/outcome';
import { forgetUnsaved, hasUnsaved } from '@/shared/identify/unsaved';
import { useIdentify } from '@/shared/identify/use-identify';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { wake } from '@/shared/ui/privacy';
import { showToast } from '@/shared/ui/toast-store';

/** A pass is the way to its person, from every screen; typing that would be lost is asked about first. */
export function TapNavigator() {
  const { t } = useTranslation();
  const { identify } = useIdentify();
  const failure = useFailure();
  const explain = useExplainProblem();
  const showEid = useShowEid();
  const [waiting, setWaiting] = useState<Tap>();

  const follow = async (tap: Tap) => {
    setWaiting(undefined);
    if ('problem' in tap) {
      void explain(tap.problem);
      return;
    }
    if (tap.source === 'EID') {
      showEid(tap);
      return;
    }
    try {
      await identify(tap.identifier, tap.source);
    } catch (error) {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${title}. ${text}` });
    }
  };

  useTap((tap) => {
    wake();
    if (hasUnsaved() && !('problem' in tap)) setWaiting(tap);
    else void follow(tap);
  });

  return (
    <Dialog
      question
      open={waiting !== undefined}
      title={t('unsaved.title')}
      onClose={() => {
        setWaiting(undefined);
      }}
      actions={
        <>
          <Button
            onPress={() => {
              forgetUnsaved();
              if (waiting) void follow(waiting);
            }}
          >
            {t('unsaved.leave')}
          </Button>
          <Button
            kind="act"
            autoFocus
            onPress={() => {
              setWaiting(undefined);
            }}
          >
            {t('unsaved.stay')}
          </Button>
        </>
      }
    >
      <p>{t('unsaved.text')}</p>
    </Dialog>
  );
}

// On a profile one may want to know whether it is this person's; elsewhere an eID is a way to find somebody.
function useShowEid() {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const counter = useCounter();
  useEffect(() => {
    closeEidUnlessAt(path);
  }, [path]);
  // Whoever comes next, or works elsewhere, finds none open.
  useEffect(() => closeEid, [counter.id]);

  return (eid: InsertedEid) => {
    const id = /^\/passholders\/([^/]+)/.exec(path)?.[1];
    if (id) {
      openEid(eid, `/passholders/${id}`);
      void navigate({ to: '/passholders/$id', params: { id } });
    } else {
      openEid(eid, '/');
      void navigate({ to: '/' });
    }
  };
}

// Where one was looking for a person the whole page explains; elsewhere the
// person on screen stays, and a message says what was wrong with the card.
function useExplainProblem() {
  const { t } = useTranslation('card');
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });

  return async (problem: Extract<Tap, { problem: unknown }>['problem']) => {
    if (path !== '/' && path !== '/card') {
      await fetchWords('card');
      showToast({ tone: 'warn', text: `${t(`card.${problem}.title`)}. ${t(`card.${problem}.text`)}` });
      return;
    }
    setOutcome({ kind: 'unreadable', problem });
    void navigate({ to: '/card' });
  };
}
