import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Sample } from '@/api/types';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useIdentify } from '@/shared/identify/use-identify';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { showToast } from '@/shared/ui/toast-store';

const HOLD_MS = 900;

/**
 * Sample passes to practise with. With a simulated reader they are held
 * against it, the whole way a real pass goes; without one their number is used.
 * On a narrow screen the tray hangs from the top bar, where it covers no button.
 */
export function SandboxTray() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data: samples = [] } = useQuery({
    queryKey: ['samples'],
    queryFn: () => unwrap(api.GET('/api/v1/sandbox/samples')),
    staleTime: Infinity,
  });
  const { text } = useFormat();
  const use = useSample();
  if (samples.length === 0) return null;

  return (
    <section
      aria-label={t('sandbox.title')}
      data-noprint
      className="relative z-30 md:fixed md:bottom-6 md:left-6 md:grid md:max-h-[min(34rem,80dvh)] md:w-80 md:grid-rows-[1fr_auto] md:justify-items-start md:gap-2"
    >
      {open && (
        <div
          id="samples"
          className="enter grid min-h-0 grid-rows-[auto_1fr] rounded-card border-2 border-dashed border-line-strong bg-raised shadow-float max-md:absolute max-md:top-full max-md:right-0 max-md:mt-2 max-md:max-h-[70dvh] max-md:w-[min(20rem,calc(100vw-1.5rem))] md:w-full"
        >
          <p className="border-b border-line px-4 py-3 text-small text-ink-soft">
            {t(use.simulated ? 'sandbox.tapText' : 'sandbox.numberText')}
          </p>
          <ul className="overflow-y-auto p-1.5">
            {samples.map((sample) => (
              <SampleButton
                key={sample.uitpasNumber}
                title={text(sample.label)}
                onUse={() => {
                  setOpen(false);
                  use.start(sample);
                }}
              >
                <span className="tabular-nums">{formatPassNumber(sample.uitpasNumber)}</span> ·{' '}
                {text(sample.note)}
              </SampleButton>
            ))}
            {use.others.map(({ id, labels }) => (
              <SampleButton
                key={id}
                title={text(labels)}
                onUse={() => {
                  setOpen(false);
                  use.tap({ cardId: id });
                }}
              />
            ))}
          </ul>
        </div>
      )}
      <button
        type="button"
        aria-expanded={open}
        aria-controls="samples"
        onClick={() => {
          setOpen(!open);
        }}
        className="inline-flex min-h-11 items-center gap-2 rounded-round border-2 border-dashed border-line-strong bg-raised px-3 font-medium whitespace-nowrap hover:bg-sunken max-md:text-small md:row-start-2 md:min-h-12 md:px-5 md:shadow-float"
      >
        <Icon name="card" />
        {t('sandbox.title')}
        <span className={classes('max-md:hidden', !open && 'rotate-180')}>
          <Icon name="chevron" size={18} />
        </span>
      </button>
    </section>
  );
}

function SampleButton({
  title,
  children,
  onUse,
}: {
  title: string;
  children?: ReactNode;
  onUse: () => void;
}) {
  return (
    <li>
      <button
        type="button"
        onClick={onUse}
        className="grid w-full gap-0.5 rounded-small px-3 py-2 text-left hover:bg-act-soft"
      >
        <span className="font-medium">{title}</span>
        {children && <span className="text-small text-ink-soft">{children}</span>}
      </button>
    </li>
  );
}

function useSample() {
  const { t } = useTranslation();
  const { state, bridge } = useBridge();
  const { identify } = useIdentify();
  const failure = useFailure();
  const simulated = state.name === 'connected' && state.simulated;

  const { data } = useQuery({
    queryKey: ['simulated-cards'],
    queryFn: () => bridge.request('simulate.list', {}),
    enabled: simulated,
    staleTime: Infinity,
  });

  const told = (act: Promise<unknown>) => {
    act.catch((error: unknown) => {
      showToast({ tone: 'stop', text: `${t('sandbox.failed')} ${failure(error).text}` });
    });
  };
  const tap = (card: { chipNumber: string } | { cardId: string }) => {
    told(bridge.request('simulate.tap', { ...card, holdMs: HOLD_MS }));
  };

  return {
    simulated,
    /** What a reader meets beside passes: a phone, a card that does not answer. */
    others: simulated ? (data?.cards.filter(({ chipNumber }) => !chipNumber) ?? []) : [],
    tap,
    start: ({ chipNumber, uitpasNumber }: Sample) => {
      if (simulated && chipNumber) tap({ chipNumber });
      else told(identify(uitpasNumber, 'TYPED'));
    },
  };
}
