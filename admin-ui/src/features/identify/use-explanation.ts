import { useTranslation } from 'react-i18next';
import type { Identification } from '@/api/types';
import { useFormat } from '@/shared/format/use-format';
import type { Outcome } from '@/shared/identify/outcome';
import type { Tone } from '@/shared/ui/tone';

interface Explanation {
  tone: Tone;
  title: string;
  text: string;
  /** The word across the drawn card. */
  stamp?: string;
}

const tones: Record<Identification['kind'], Tone> = {
  PASSHOLDER: 'ok',
  GROUP_PASS: 'note',
  UNREGISTERED: 'note',
  IN_TRANSIT: 'note',
  INVALID: 'warn',
  UNKNOWN: 'warn',
  BLOCKED: 'stop',
  DELETED: 'stop',
};

/** What is the matter with a card, in a clerk's words; the back end's own sentence wins where it adds to the title. */
export function useExplanation(outcome: Outcome): Explanation {
  const { t } = useTranslation('card');
  const { text } = useFormat();

  if (outcome.kind === 'unreadable') {
    return {
      tone: 'warn',
      title: t(`card.${outcome.problem}.title`),
      text: t(`card.${outcome.problem}.text`),
    };
  }
  const { kind, reason, groupPass } = outcome.identification;
  const own = kind === 'UNKNOWN' ? unknownText(outcome.source) : (`card.${kind}.text` as const);
  const title = groupPass ? t('card.group', { name: groupPass.name }) : t(`card.${kind}.title`);
  const told = reason && text(reason.message);
  return {
    tone: tones[kind],
    title,
    text: told && !says(title, told) ? told : t(own),
    ...(kind === 'BLOCKED' ? { stamp: t('card.blocked') } : {}),
    ...(kind === 'DELETED' ? { stamp: t('card.deleted') } : {}),
  };
}

function unknownText(source: 'TYPED' | 'CHIP' | 'SCANNER') {
  return source === 'CHIP' ? ('card.UNKNOWN.chip' as const) : ('card.UNKNOWN.text' as const);
}

function says(title: string, sentence: string): boolean {
  return sentence.replace(/\.$/, '') === title;
}
