import { useTranslation } from 'react-i18next';
import { Badge } from '@/shared/ui/badge';
import type { Tone } from '@/shared/ui/tone';
import type { Bulk } from './queries';

const tones: Record<Bulk['state'], Tone | 'plain'> = {
  READY: 'plain',
  RUNNING: 'note',
  DONE: 'ok',
  FAILED: 'stop',
  CANCELLED: 'plain',
};

/** How an order stands, in a word. */
export function StateBadge({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const some = bulk.state === 'DONE' && bulk.failed > 0;
  return <Badge tone={some ? 'warn' : tones[bulk.state]}>{t(`state.${bulk.state}`)}</Badge>;
}
