import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { PageHeading } from '@/shared/ui/page-heading';
import { Steps } from '@/shared/ui/steps';
import { ConsentsStep } from './consents-step';
import { ContactStep } from './contact-step';
import { firstField } from './first-field';
import { steps, type StepId } from './household';
import { LeaveGuard } from './leave-guard';
import { nameOf, PassBeingMade } from './pass-being-made';
import { PassStep } from './pass-step';
import { PayStep } from './pay-step';
import { PersonStep } from './person-step';
import { Resumed } from './resumed';
import { Taps } from './taps';
import { totalOf } from './total';
import { useAnswers } from './use-answers';
import type { Sold } from './use-save';
import { useWay } from './use-way';
import { useWizard, useWizardState, WizardContext } from './use-wizard';

const parts: Record<StepId, () => React.ReactNode> = {
  pass: PassStep,
  person: PersonStep,
  contact: ContactStep,
  consents: ConsentsStep,
  pay: PayStep,
};

/** One registration, from the pass to the money: the way on the left, the form, the pass being made on the right. */
export function Wizard({ onSold, onRestart }: { onSold: (sold: Sold[]) => void; onRestart: () => void }) {
  const wizard = useWizardState();
  return (
    <WizardContext value={wizard}>
      <Taps />
      <Form onSold={onSold} onRestart={onRestart} />
    </WizardContext>
  );
}

function Form({ onSold, onRestart }: { onSold: (sold: Sold[]) => void; onRestart: () => void }) {
  const { t } = useTranslation('registration');
  const { step, current, people, person, saving, go } = useWizard();
  const form = useRef<HTMLFormElement>(null);
  const part = useRef<HTMLDivElement>(null);
  const title = useId();
  const [sold, setSold] = useState(false);
  const { next, busy, failed } = useWay(form, part, (all) => {
    setSold(true);
    onSold(all);
  });
  const answers = useAnswers();
  const Part = parts[step];
  const at = steps.indexOf(step);
  // What is on its way to be saved stays as it is until there is an answer.
  const held = saving !== 'no' || (busy && step === 'pay');

  useEffect(() => {
    window.scrollTo({ top: 0 });
    firstField(part.current)?.focus({ preventScroll: true });
  }, [step, current]);

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-6 lg:grid-cols-[11.5rem_minmax(0,1fr)_17rem] xl:grid-cols-[14rem_minmax(0,1fr)_20rem] xl:gap-x-12">
      <LeaveGuard done={sold} />
      <aside className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 lg:sticky lg:top-6 lg:self-start">
        <PageHeading className="text-title font-bold text-balance">
          {people.length > 1 ? t('titleAt', { at: current + 1, of: people.length }) : t('title')}
        </PageHeading>
        <div inert={held} className="max-lg:hidden">
          <Steps
            label={t('steps.label')}
            current={step}
            steps={steps.map((id) => ({
              id,
              title: t(`steps.${id}`),
              answer: answers[id] && <span data-person>{answers[id]}</span>,
              onOpen: () => {
                go(id);
              },
            }))}
          />
        </div>
        <Folded />
      </aside>
      <form
        ref={form}
        noValidate
        aria-labelledby={title}
        className="min-w-0"
        onSubmit={(event) => {
          event.preventDefault();
          void next();
        }}
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Resumed onRestart={onRestart} />
          <h2 id={title} className="text-lead font-bold">
            <span className="sr-only">{t('steps.at', { at: at + 1, of: steps.length })}: </span>
            {t(`heading.${step}`)}
          </h2>
          {failed}
          <div
            ref={part}
            inert={held}
            className="transition-opacity inert:opacity-60 grid grid-cols-[minmax(0,1fr)] gap-6"
          >
            <Part key={person.id} />
          </div>
        </div>
        <Foot busy={busy} />
      </form>
      <aside
        aria-label={t('aside.label')}
        inert={held}
        className="max-lg:hidden lg:sticky lg:top-6 lg:self-start"
      >
        <PassBeingMade />
      </aside>
    </div>
  );
}

/** On a narrow screen: where one is and whose pass it is, with the rest a press away. */
function Folded() {
  const { t } = useTranslation('registration');
  const { step, person } = useWizard();
  return (
    <details className="group rounded-card border border-line bg-surface px-4 lg:hidden">
      <summary className="flex min-h-12 items-center justify-between gap-3">
        <span className="min-w-0 truncate">
          <strong>{t('steps.at', { at: steps.indexOf(step) + 1, of: steps.length })}</strong>
          {nameOf(person) && <span data-person> · {nameOf(person)}</span>}
        </span>
        <span className="text-small whitespace-nowrap text-act-ink underline underline-offset-4">
          {t('aside.show')}
        </span>
      </summary>
      <div className="pt-2 pb-4">
        <PassBeingMade />
      </div>
    </details>
  );
}

/** Back and on; on a narrow screen it stays at the thumb, with the price. */
function Foot({ busy }: { busy: boolean }) {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { step, people, judged, saving, go } = useWizard();
  const before = saving === 'no' ? steps[steps.indexOf(step) - 1] : undefined;
  const total = totalOf(people, judged);
  const price = total === undefined ? '' : formatEuros(total, language);
  const word = step === 'pay' ? t('save', { count: people.length, price }) : t('next');
  return (
    <div className="mt-8 flex items-center gap-3 border-t border-line pt-5 max-lg:sticky max-lg:bottom-0 max-lg:z-10 max-lg:-mx-4 max-lg:bg-paper max-lg:px-4 max-lg:py-3 sm:max-lg:-mx-6 sm:max-lg:px-6">
      <Button
        kind="act"
        size="large"
        type="submit"
        pending={busy}
        className="min-w-0 max-sm:grow max-sm:!px-3"
      >
        {saving === 'unanswered' ? t('unsure.again') : word}
      </Button>
      {before && (
        <Button
          kind="quiet"
          onPress={() => {
            go(before);
          }}
        >
          {t('back')}
        </Button>
      )}
    </div>
  );
}
