import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { Icon, type IconName } from '@/shared/ui/icon';
import { toneIcon, toneSoft, type Tone } from '@/shared/ui/tone';
import type { ReactNode } from 'react';

type Verdict = EidAnswer['verdict'];
type Finding = Verdict['findings'][number];

const shape: Record<Finding['result'], { icon: IconName; colour: string }> = {
  passed: { icon: 'check', colour: 'text-ok' },
  warned: { icon: 'info', colour: 'text-note' },
  undone: { icon: 'minus', colour: 'text-ink-soft' },
  failed: { icon: 'cross', colour: 'text-stop' },
};

/** How far the card can be trusted, in one sentence; what was looked at is one press away. */
export function EidVerdict({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation('eid');
  return (
    <Strip {...useStanding(verdict)}>
      <details>
        <summary className="inline-flex min-h-11 items-center underline underline-offset-4">
          {t('verdict.what')}
        </summary>
        <ul className="gap-x-8 pb-2 sm:columns-2">
          {verdict.findings.map((finding) => (
            <Looked key={finding.check} finding={finding} />
          ))}
        </ul>
      </details>
    </Strip>
  );
}

/** The back end could not be asked. What was read stands there all the same. */
export function EidUnchecked({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useTranslation('eid');
  const { title, text, details } = useFailure()(error);
  return (
    <Strip tone="warn" title={t('verdict.unchecked')} text={`${title}. ${text}`}>
      <div className="flex flex-wrap items-center gap-x-5 pt-2 pb-2.5 text-ink">
        <Button size="small" onPress={onAgain}>
          {t('verdict.again')}
        </Button>
        {details && (
          <details className="text-small">
            <summary className="inline-flex min-h-11 items-center underline underline-offset-4">
              {t('way.details')}
            </summary>
            <p className="pb-2 break-words">{details}</p>
          </details>
        )}
      </div>
    </Strip>
  );
}

/** A verdict in a colour and in words, the same wherever it stands: how it is, and why where something is. */
export function useStanding(verdict: Verdict): { tone: Tone; title: string; text: string | undefined } {
  const { t } = useTranslation('eid');
  const { text } = useFormat();
  const { verified, authentic, message } = verdict;
  // A genuine card may be out of date, which is no reason to doubt whose it is.
  const standing = verified ? 'verified' : authentic ? 'authentic' : 'unverified';
  return {
    tone: verdictTone(verdict),
    title: t(`verdict.${standing}`),
    text: verified ? undefined : text(message),
  };
}

function Strip({
  tone,
  title,
  text,
  children,
}: {
  tone: Tone;
  title: string;
  text?: string | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation('ui');
  return (
    <div
      className={classes(
        'flex items-start gap-3 border-t border-line px-5 pt-4 pb-1.5 sm:px-6',
        toneSoft[tone],
      )}
    >
      <span className="mt-px">
        <Icon name={toneIcon[tone]} size={24} />
      </span>
      <div className="min-w-0 grow">
        <p className="text-lead font-bold">
          <span className="sr-only">{t(`tone.${tone}`)}: </span>
          {title}
        </p>
        {text && <p className="text-ink">{text}</p>}
        <div className="text-ink">{children}</div>
      </div>
    </div>
  );
}

function Looked({ finding: { check, result, message } }: { finding: Finding }) {
  const { t } = useTranslation('eid');
  const { text } = useFormat();
  const { icon, colour } = shape[result];
  return (
    <li className="flex break-inside-avoid items-start gap-2 pb-1.5 text-small">
      <span className={classes('mt-px', colour)}>
        <Icon name={icon} size={18} />
      </span>
      <span className="min-w-0">
        <span className="font-medium">{t(`check.${check}`)}</span>
        <span className="sr-only">: {t(`verdict.${result}`)}</span>
        {result !== 'passed' && <span className="block text-ink-soft">{text(message)}</span>}
      </span>
    </li>
  );
}

// What the Register did not sign is worse than a card that is out of date or of which something was not looked at.
const grave: readonly Finding['check'][] = [
  'identity',
  'address',
  'picture',
  'issuer',
  'signer',
  'revocation',
];

/** Green when all is proved, red when something speaks against the card itself, amber for the rest. */
export function verdictTone({ verified, findings }: Verdict): Tone {
  if (verified) return 'ok';
  return findings.some(({ check, result }) => result === 'failed' && grave.includes(check)) ? 'stop' : 'warn';
}
