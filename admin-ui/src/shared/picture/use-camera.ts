import { useCallback, useEffect, useState } from 'react';
import type { Option } from '@/shared/ui/select';

/** Why there is no image: not allowed, no camera, in use by another program, or something else. */
export type CameraProblem = 'denied' | 'none' | 'busy';

type Camera =
  { kind: 'asking' } | { kind: 'live'; stream: MediaStream } | { kind: 'failed'; why: CameraProblem };

const problems: Record<string, CameraProblem> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
};

/** The camera of this computer, on as long as the part that uses it is there. */
export function useCamera() {
  const [camera, setCamera] = useState<Camera>({ kind: 'asking' });
  const [cameras, setCameras] = useState<Option[]>([]);
  const [chosen, setChosen] = useState('');
  const [round, setRound] = useState(0);

  useEffect(() => {
    let gone = false;
    let opened: MediaStream | undefined;
    const stop = () => {
      for (const track of opened?.getTracks() ?? []) track.stop();
    };
    const open = async () => {
      opened = await navigator.mediaDevices.getUserMedia({
        video: { height: { ideal: 1080 }, ...(chosen && { deviceId: { exact: chosen } }) },
      });
      if (gone) {
        stop();
        return;
      }
      setCamera({ kind: 'live', stream: opened });
      setCameras(await listed());
    };
    open().catch((error: unknown) => {
      const name = error instanceof Error ? error.name : '';
      if (!gone) setCamera({ kind: 'failed', why: problems[name] ?? 'busy' });
    });
    return () => {
      gone = true;
      stop();
    };
  }, [chosen, round]);

  const again = useCallback(() => {
    setCamera({ kind: 'asking' });
    setRound((before) => before + 1);
  }, []);
  const choose = useCallback((id: string) => {
    setCamera({ kind: 'asking' });
    setChosen(id);
  }, []);
  const inUse = camera.kind === 'live' ? camera.stream.getVideoTracks()[0]?.getSettings().deviceId : chosen;
  return { camera, cameras, chosen: inUse ?? '', choose, again };
}

async function listed(): Promise<Option[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId, label }, at) => ({ value: deviceId, label: label || `${at + 1}` }));
}
