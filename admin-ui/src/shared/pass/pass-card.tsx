import type { CardSystem } from '@/api/types';
import { formatPassNumber } from '@/shared/format/pass-number';
import { DrawnCard } from '@/shared/ui/drawn-card';
import type { Tone } from '@/shared/ui/tone';

/** A pass as it lies on the desk: its region's band, its number as printed, its state as a stamp. */
export function PassCard({
  number,
  cardSystem,
  stamp,
  note,
  small = false,
}: {
  number: string;
  cardSystem: CardSystem;
  stamp?: { tone: Tone; text: string } | undefined;
  note?: string | undefined;
  small?: boolean;
}) {
  return (
    <DrawnCard
      issuer={cardSystem.name}
      band={cardSystem.primaryColor}
      number={formatPassNumber(number)}
      stamp={stamp}
      note={note}
      small={small}
    />
  );
}
