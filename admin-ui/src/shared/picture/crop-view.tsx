import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { draw, dragged, KEPT, onCanvas, whole } from './crop';

const QUALITY = 0.86;

/** Cutting a picture: dragged, or by three slides and a turn for who uses no mouse. What one sees is what is kept. */
export function CropView({
  picture,
  onDone,
  onAgain,
}: {
  picture: HTMLCanvasElement;
  onDone: (url: string) => void;
  onAgain?: (() => void) | undefined;
}) {
  const { t } = useTranslation('picture');
  const [source, setSource] = useState(picture);
  const [cut, setCut] = useState(whole);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, source, cut);
  }, [source, cut]);

  return (
    <>
      <p className="text-ink-soft">{t('crop.text')}</p>
      <div className="grid items-center gap-x-6 gap-y-4 sm:grid-cols-[auto_1fr]">
        <canvas
          ref={canvas}
          data-person
          role="img"
          aria-label={t('photo')}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
            const scale = KEPT.width / event.currentTarget.clientWidth;
            setCut(dragged(source, cut, { x: event.movementX * scale, y: event.movementY * scale }));
          }}
          className="mx-auto aspect-[7/10] w-44 cursor-move touch-none rounded-small border border-line bg-sunken sm:w-56"
        />
        <div className="grid gap-3">
          <Slide
            min={1}
            max={4}
            value={cut.zoom}
            onChange={(zoom) => {
              setCut({ ...cut, zoom });
            }}
          >
            {t('crop.zoom')}
          </Slide>
          <Slide
            min={-1}
            max={1}
            value={cut.x}
            onChange={(x) => {
              setCut({ ...cut, x });
            }}
          >
            {t('crop.x')}
          </Slide>
          <Slide
            min={-1}
            max={1}
            value={cut.y}
            onChange={(y) => {
              setCut({ ...cut, y });
            }}
          >
            {t('crop.y')}
          </Slide>
          <Button
            size="small"
            icon="turn"
            className="justify-self-start"
            onPress={() => {
              setSource(onCanvas(source, source, 1));
              setCut(whole);
            }}
          >
            {t('crop.turn')}
          </Button>
        </div>
      </div>
      <div className="mt-2 flex flex-wrap-reverse justify-end gap-3">
        {onAgain && <Button onPress={onAgain}>{t('crop.again')}</Button>}
        <Button
          kind="act"
          autoFocus
          onPress={() => {
            if (canvas.current) onDone(canvas.current.toDataURL('image/jpeg', QUALITY));
          }}
        >
          {t('crop.use')}
        </Button>
      </div>
    </>
  );
}

function Slide({
  children,
  min,
  max,
  value,
  onChange,
}: {
  children: ReactNode;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {children}
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={0.05}
        value={value}
        onChange={(event) => {
          onChange(Number(event.target.value));
        }}
        className="h-6 w-full accent-act"
      />
    </div>
  );
}
