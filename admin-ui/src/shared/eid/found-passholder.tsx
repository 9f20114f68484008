import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { beginWith } from '@/shared/registration/start';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { useKey } from '@/shared/ui/keys';
import { toneIcon, toneSoft, type Tone } from '@/shared/ui/tone';

type Found = NonNullable<EidAnswer['passholder']>;

/** Whose eID it is, and the way to that person. */
export function FoundPassholder({
  answer,
  shown,
  mayRegister,
  onClose,
}: {
  answer: EidAnswer;
  /** The passholder already on this screen. */
  shown?: string | undefined;
  /** Whether people are registered at this counter. */
  mayRegister: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation('eid');
  const { passholder, nationalNumberValid } = answer;
  if (passholder && passholder.id !== shown) {
    return <Somebody found={passholder} onProfile={shown !== undefined} onClose={onClose} />;
  }
  if (passholder) {
    return (
      <Answer tone="ok" title={t('found.same')}>
        <Differences found={passholder} />
        <Close onClose={onClose} />
      </Answer>
    );
  }
  const newcomer = !shown && nationalNumberValid;
  return (
    <Answer tone={shown ? 'warn' : 'note'} title={t(nationalNumberValid ? 'found.none' : 'found.noNumber')}>
      <p className="max-w-prose text-pretty">
        {t(nationalNumberValid ? 'found.noneText' : 'found.noNumberText')}
      </p>
      {shown && <p>{t('found.otherText')}</p>}
      {newcomer && !mayRegister && <p className="max-w-prose text-pretty">{t('found.mayNot')}</p>}
      {newcomer && mayRegister ? <Newcomer answer={answer} onClose={onClose} /> : <Close onClose={onClose} />}
    </Answer>
  );
}

/** Somebody whom nobody has registered: the card goes along. */
function Newcomer({ answer, onClose }: { answer: EidAnswer; onClose: () => void }) {
  const { t } = useTranslation('eid');
  return (
    <div className="flex flex-wrap items-center gap-3 pt-3">
      <Link
        to="/register"
        className={buttonStyle('act', 'large')}
        onClick={() => {
          beginWith({ eid: answer });
        }}
      >
        {t('found.register')}
      </Link>
      <Button size="large" shortcut="Escape" onPress={onClose}>
        {t('close')}
      </Button>
    </div>
  );
}

function Somebody({ found, onProfile, onClose }: { found: Found; onProfile: boolean; onClose: () => void }) {
  const { t } = useTranslation('eid');
  const navigate = useNavigate();
  useKey('Enter', t('found.key'), () => {
    void navigate({ to: '/passholders/$id', params: { id: found.id } });
  });

  return (
    <Answer tone={onProfile ? 'warn' : 'ok'} title={t(onProfile ? 'found.other' : 'found.title')}>
      <p>
        <span data-person className="font-medium">
          {found.firstName} {found.name}
        </span>
      </p>
      {onProfile && <p>{t('found.otherText')}</p>}
      <Differences found={found} />
      <div className="flex flex-wrap items-center gap-3 pt-3">
        <Link
          to="/passholders/$id"
          params={{ id: found.id }}
          aria-keyshortcuts="Enter"
          className={buttonStyle('act', 'large')}
        >
          {t('found.open')}
          <KeyMark>⏎</KeyMark>
        </Link>
        <Button size="large" shortcut="Escape" onPress={onClose}>
          {t(onProfile ? 'found.stay' : 'close')}
        </Button>
      </div>
    </Answer>
  );
}

/** What the card and the profile do not agree on. */
function Differences({ found: { differences } }: { found: Found }) {
  const { t } = useTranslation('eid');
  if (differences.length === 0) return null;
  return (
    <p className="flex items-start gap-2">
      <span className="mt-0.5 text-warn">
        <Icon name="alert" />
      </span>
      <span>
        {t('found.differs')} {differences.map((field) => t(`field.${field}`)).join(', ')}
      </span>
    </p>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('eid');
  return (
    <div className="pt-3">
      <Button kind="act" size="large" shortcut="Escape" onPress={onClose}>
        {t('close')}
        <KeyMark>Esc</KeyMark>
      </Button>
    </div>
  );
}

function KeyMark({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="ml-2.5 rounded-small border border-current px-1.5 text-small font-normal max-sm:hidden"
    >
      {children}
    </span>
  );
}

const look: Record<Tone, { strip?: string; icon: string }> = {
  ok: { icon: 'text-ok' },
  note: { icon: 'text-note' },
  warn: { strip: toneSoft.warn, icon: '' },
  stop: { strip: toneSoft.stop, icon: '' },
};

function Answer({ tone, title, children }: { tone: Tone; title: string; children: ReactNode }) {
  const { t } = useTranslation('ui');
  const { strip, icon } = look[tone];
  return (
    <div className={classes('enter flex items-start gap-3 border-t border-line px-5 py-5 sm:px-6', strip)}>
      <span className={classes('mt-0.5', icon)}>
        <Icon name={toneIcon[tone]} size={24} />
      </span>
      <div className="grid min-w-0 grow gap-1">
        <h2 className="text-lead font-bold">
          <span className="sr-only">{t(`tone.${tone}`)}: </span>
          {title}
        </h2>
        <div className="grid gap-1 text-ink">{children}</div>
      </div>
    </div>
  );
}
