import type { IconName } from './icon';

/** What an answer is. Each has a colour, a shape and a word, so that none stands alone. */
export type Tone = 'ok' | 'warn' | 'stop' | 'note';

export const toneIcon: Record<Tone, IconName> = { ok: 'done', warn: 'alert', stop: 'stop', note: 'info' };

export const toneSoft: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok-ink',
  warn: 'bg-warn-soft text-warn-ink',
  stop: 'bg-stop-soft text-stop-ink',
  note: 'bg-note-soft text-note-ink',
};

export const toneEdge: Record<Tone, string> = {
  ok: 'border-ok',
  warn: 'border-warn',
  stop: 'border-stop',
  note: 'border-note',
};
