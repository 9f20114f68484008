import type { Tone } from '@/shared/ui/tone';
import type { ReaderState } from './bridge-provider';

/** The words of a state in the catalogue: `reader.<key>.…`. */
export type ReaderKey =
  | 'connecting'
  | 'ready'
  | 'mute'
  | 'noReader'
  | 'serviceDown'
  | 'notRunning'
  | 'prompt'
  | 'asking'
  | 'denied'
  | 'insecure'
  | 'refused'
  | 'crowded'
  | 'practice'
  | 'version';

export function readerKey(state: ReaderState): ReaderKey {
  switch (state.name) {
    case 'connecting':
      return 'connecting';
    case 'connected':
      return state.readers.some((reader) => reader.state === 'mute') ? 'mute' : 'ready';
    case 'no-reader':
      return 'noReader';
    case 'service-down':
      return 'serviceDown';
    case 'not-running':
      return 'notRunning';
    case 'refused':
      return 'refused';
    case 'crowded':
      return 'crowded';
    case 'practice':
      return 'practice';
    case 'version-mismatch':
      return 'version';
    case 'permission-needed':
      return state.asking ? 'asking' : state.reason;
  }
}

export function readerTone(key: ReaderKey): Tone {
  switch (key) {
    case 'ready':
      return 'ok';
    case 'connecting':
    case 'asking':
      return 'note';
    default:
      return 'warn';
  }
}

/** States in which there is nothing to try. */
export function isWorking(key: ReaderKey): key is 'ready' | 'connecting' {
  return key === 'ready' || key === 'connecting';
}

/** The state for the helpdesk, in the words of the protocol. */
export function readerDetails(state: ReaderState): string {
  switch (state.name) {
    case 'permission-needed':
      return `${state.name}: ${state.reason}`;
    case 'service-down':
      return `${state.name}: ${state.code ?? ''} (${state.version})`;
    case 'version-mismatch':
      return `${state.name}: ${state.offered.join(', ')}`;
    default:
      return state.name;
  }
}
