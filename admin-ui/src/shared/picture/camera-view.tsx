import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Select } from '@/shared/ui/select';
import { onCanvas } from './crop';
import { useCamera } from './use-camera';

/** What the camera sees, as in a mirror, and the button that keeps it; or why there is nothing to see. */
export function CameraView({
  onTaken,
  onFile,
}: {
  onTaken: (picture: HTMLCanvasElement) => void;
  onFile: () => void;
}) {
  const { t } = useTranslation('picture');
  const { camera, cameras, chosen, choose, again } = useCamera();
  const video = useRef<HTMLVideoElement>(null);
  const stream = camera.kind === 'live' ? camera.stream : null;
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  // A camera that is on has no image yet: taking one then would do nothing.
  const [shown, setShown] = useState<MediaStream | null>(null);
  const ready = stream !== null && shown === stream;

  if (camera.kind === 'failed') {
    return (
      <Banner
        tone="warn"
        live="assertive"
        title={t(`camera.${camera.why}.title`)}
        actions={
          <>
            <Button size="small" onPress={again}>
              {t('camera.again')}
            </Button>
            <Button size="small" onPress={onFile}>
              {t('choose')}
            </Button>
          </>
        }
      >
        {t(`camera.${camera.why}.text`)}
      </Banner>
    );
  }
  return (
    <>
      <p className="text-ink-soft">{t(ready ? 'camera.text' : 'camera.asking')}</p>
      <div className="mx-auto aspect-[7/10] w-56 overflow-hidden rounded-small border border-line bg-sunken sm:w-64">
        <video
          ref={video}
          data-person
          autoPlay
          playsInline
          muted
          aria-label={t('camera.image')}
          onLoadedData={() => {
            setShown(stream);
          }}
          className="size-full -scale-x-100 object-cover"
        />
      </div>
      {cameras.length > 1 && (
        <Select label={t('camera.which')} value={chosen} options={cameras} onChange={choose} />
      )}
      <Button
        kind="act"
        icon="camera"
        autoFocus
        pending={!ready}
        onPress={() => {
          const { current } = video;
          if (current) onTaken(onCanvas(current, { width: current.videoWidth, height: current.videoHeight }));
        }}
      >
        {t('take')}
      </Button>
    </>
  );
}
