import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Me } from '@/api/types';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { canReadAgain, type EidProblem, type EidRead } from './eid-read';

export type Contact = Me['help']['contacts'][number];

type Way =
  'putBack' | 'turn' | 'wipe' | 'number' | 'numberNow' | 'pass' | 'it' | 'programs' | 'cable' | 'activate';

const ways: Record<EidProblem, readonly Way[]> = {
  removed: ['putBack'],
  mute: ['turn', 'wipe', 'number'],
  scope: ['it', 'numberNow'],
  busy: ['programs', 'number'],
  gone: ['cable', 'number'],
  failed: ['putBack', 'wipe', 'number'],
  MOBIB: ['pass'],
  CARD_FOREIGN: ['pass'],
  CARD_UNKNOWN: ['pass'],
  CARD_NOT_ACTIVATED: ['activate', 'numberNow'],
};

/** Why nothing was read, and what helps. */
export function EidFailed({
  read: { problem = 'failed', code, inserted },
  contact,
  level: Heading,
  onReadAgain,
  onClose,
}: {
  read: EidRead;
  /** Whom else one can ask. */
  contact: Contact | undefined;
  level: 'h1' | 'h2';
  onReadAgain: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('eid');
  const { title, text } = useProblemWords(problem);
  const again = inserted && canReadAgain(problem);

  return (
    <div className="grid gap-5 px-5 pt-2 pb-6 sm:px-6">
      <div role="alert" className="flex items-start gap-3.5">
        <span className="mt-0.5 text-warn">
          <Icon name="alert" size={34} />
        </span>
        <div className="grid gap-1">
          <Heading className="text-title font-bold text-balance">{title}</Heading>
          <p className="max-w-prose text-pretty">{text}</p>
        </div>
      </div>
      <ul className="grid gap-2.5" aria-label={t('way.title')}>
        {ways[problem].map((way) => (
          <li key={way} className="flex items-start gap-3">
            <span className="mt-1 text-act-ink">
              <Icon name="arrow" size={18} />
            </span>
            {t(`way.${way}`)}
          </li>
        ))}
        {problem === 'scope' && contact && (
          <li className="flex items-start gap-3">
            <span className="mt-1 text-act-ink">
              <Icon name="arrow" size={18} />
            </span>
            <span>
              {t('way.mail')} <a href={`mailto:${contact.email}`}>{contact.name}</a>
            </span>
          </li>
        )}
      </ul>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {again && (
          <Button kind="act" onPress={onReadAgain}>
            {t('way.again')}
          </Button>
        )}
        <Link
          to="/"
          onClick={onClose}
          className={buttonStyle(again || problem === 'removed' ? 'plain' : 'act')}
        >
          {t('way.type')}
        </Link>
        {code && (
          <details className="text-small text-ink-soft">
            <summary className="inline-flex min-h-11 items-center underline underline-offset-4">
              {t('way.details')}
            </summary>
            <p>{code}</p>
          </details>
        )}
      </div>
    </div>
  );
}

function useProblemWords(problem: EidProblem): { title: string; text: string } {
  const { t } = useTranslation('card');
  const { t: own } = useTranslation('eid');
  switch (problem) {
    case 'MOBIB':
    case 'CARD_FOREIGN':
    case 'CARD_UNKNOWN':
    case 'CARD_NOT_ACTIVATED':
      return { title: t(`card.${problem}.title`), text: t(`card.${problem}.text`) };
    default:
      return { title: own(`failed.${problem}.title`), text: own(`failed.${problem}.text`) };
  }
}
