import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { Icon } from './icon';

export type Step = {
  id: string;
  title: ReactNode;
  /** What is already known, or why it is skipped. */
  answer?: ReactNode;
  /** Goes back to it. */
  onOpen?: (() => void) | undefined;
};

/** The way through a long form: what is done with its answer, where one is, what is still to come. */
export function Steps({ label, steps, current }: { label: string; steps: Step[]; current: string }) {
  const { t } = useTranslation('ui');
  const here = steps.findIndex((step) => step.id === current);
  return (
    <nav aria-label={label}>
      <ol className="grid">
        {steps.map((step, at) => {
          const state = at < here ? 'done' : at === here ? 'current' : 'next';
          const title = (
            <>
              {step.title}
              <span className="sr-only">, {t(`step.${state}`)}</span>
            </>
          );
          return (
            <li
              key={step.id}
              aria-current={state === 'current' ? 'step' : undefined}
              className="group relative flex gap-3.5 pb-5 last:pb-0"
            >
              <span
                aria-hidden="true"
                className={classes(
                  'absolute top-9 bottom-1 left-[15px] w-0.5 group-last:hidden',
                  state === 'done' ? 'bg-act' : 'bg-line',
                )}
              />
              <span
                aria-hidden="true"
                className={classes(
                  'grid size-8 shrink-0 place-items-center rounded-round border-2 text-small font-bold tabular-nums',
                  state === 'done' && 'border-act bg-act text-on-act',
                  state === 'current' && 'border-act bg-surface text-act-ink',
                  state === 'next' && 'border-line-strong bg-surface text-ink-soft',
                )}
              >
                {state === 'done' ? <Icon name="check" size={18} /> : at + 1}
              </span>
              <div className="grid min-w-0 content-start pt-0.5">
                {state === 'done' && step.onOpen ? (
                  <button
                    type="button"
                    onClick={step.onOpen}
                    className="justify-self-start rounded-small text-left font-medium underline decoration-1 underline-offset-4 hover:decoration-2"
                  >
                    {title}
                  </button>
                ) : (
                  <span
                    className={classes(
                      state === 'current' ? 'font-bold' : state === 'next' && 'text-ink-soft',
                    )}
                  >
                    {title}
                  </span>
                )}
                {step.answer && <span className="text-small wrap-anywhere text-ink-soft">{step.answer}</span>}
              </div>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
