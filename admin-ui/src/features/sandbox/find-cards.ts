import type { CardKind } from './card-glyph';

/** A card of the tray, in the language of the screen. */
export interface PracticeCard {
  id: string;
  kind: CardKind;
  title: string;
  /** What happens with it. */
  note?: string | undefined;
  /** As printed on it, in groups. */
  number?: string | undefined;
  use: () => void;
}

/** The cards that have every word, in any order and without regard to accents; a number may be typed with spaces. */
export function findCards(cards: readonly PracticeCard[], typed: string): PracticeCard[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const digits = typed.replaceAll(/[\s.]/g, '');
  return cards.filter(({ title, note = '', number = '' }) => {
    if (/^\d+$/.test(digits)) return number.replaceAll(' ', '').includes(digits);
    const text = plain(`${title} ${note}`);
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
