import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { Dialog } from '@/shared/ui/dialog';
import { Icon } from '@/shared/ui/icon';
import { CameraView } from './camera-view';
import { CropView } from './crop-view';
import type { PictureSource } from './picture';
import type { PictureFieldProps } from './picture-field';
import { pictureTypes, readPicture, type FileProblem } from './read-file';

interface Taken {
  picture: HTMLCanvasElement;
  source: PictureSource;
}

/** What PictureField shows. Apart, because few counters take photos of most people. */
export default function PictureParts({ value, onChange, error, pending = false }: PictureFieldProps) {
  const { t } = useTranslation(['picture', 'ui']);
  const title = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const [camera, setCamera] = useState(false);
  const [taken, setTaken] = useState<Taken>();
  const [wrong, setWrong] = useState<FileProblem>();
  const [over, setOver] = useState(false);
  const problem = wrong ? t(`file.${wrong}`) : error;

  const take = async (file: File | undefined) => {
    if (!file) return;
    const read = await readPicture(file);
    setWrong(typeof read === 'string' ? read : undefined);
    if (typeof read !== 'string') setTaken({ picture: read, source: 'FILE' });
  };
  const close = () => {
    setCamera(false);
    setTaken(undefined);
  };

  return (
    <div
      role="group"
      aria-labelledby={title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
      className="flex items-start gap-4"
    >
      <div
        className={classes(
          'relative grid aspect-[7/10] w-24 shrink-0 place-items-center overflow-hidden rounded-small border bg-sunken text-line-strong',
          over ? 'border-act border-2' : 'border-line',
        )}
      >
        <Icon name="person" size={44} />
        {value && (
          <img
            data-person
            src={value.url}
            alt={t('photo')}
            draggable={false}
            className="enter absolute inset-0 size-full object-cover"
          />
        )}
      </div>
      <div className="grid min-w-0 grow gap-2">
        <p id={title} className="font-medium">
          {t('title')}
          <span className="ml-2 font-normal text-ink-soft">{t('optional', { ns: 'ui' })}</span>
        </p>
        <p className="-mt-1 text-small text-ink-soft">{t('consent')}</p>
        <div className="flex flex-wrap gap-2">
          <Button
            ref={first}
            size="small"
            icon="camera"
            pending={pending}
            onPress={() => {
              setWrong(undefined);
              setCamera(true);
            }}
          >
            {t('take')}
          </Button>
          <Button size="small" onPress={() => chooser.current?.click()}>
            {t('choose')}
          </Button>
          {value && (
            <Button
              kind="quiet"
              size="small"
              onPress={() => {
                setWrong(undefined);
                onChange(undefined);
                first.current?.focus();
              }}
            >
              {t('remove')}
            </Button>
          )}
        </div>
        <input
          ref={chooser}
          type="file"
          accept={pictureTypes}
          aria-label={t('choose')}
          tabIndex={-1}
          className="hidden"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <div aria-live="polite">
          {problem && (
            <p className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
              <span className="mt-0.5 text-stop">
                <Icon name="alert" size={18} />
              </span>
              {problem}
            </p>
          )}
        </div>
      </div>
      <Dialog
        open={camera || taken !== undefined}
        title={t(taken ? 'crop.title' : 'camera.title')}
        onClose={close}
      >
        {taken ? (
          <CropView
            picture={taken.picture}
            onAgain={
              taken.source === 'WEBCAM'
                ? () => {
                    setTaken(undefined);
                  }
                : undefined
            }
            onDone={(url) => {
              onChange({ url, source: taken.source });
              close();
            }}
          />
        ) : (
          <CameraView
            onTaken={(picture) => {
              setTaken({ picture, source: 'WEBCAM' });
            }}
            onFile={() => {
              close();
              chooser.current?.click();
            }}
          />
        )}
      </Dialog>
    </div>
  );
}
