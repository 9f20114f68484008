import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFailure } from '@/shared/failure/use-failure';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Steps } from '@/shared/ui/steps';
import { ConsentsStep } from './consents-step';
import { ContactStep } from './contact-step';
import { useWords } from './fields';
import { steps, type StepId } from './household';
import { LeaveGuard } from './leave-guard';
import { nameOf, PassBeingMade } from './pass-being-made';
import { PassStep } from './pass-step';
import { PayStep } from './pay-step';
import { PersonStep } from './person-step';
import { problemsOfRefusal } from './problems';
import { Resumed } from './resumed';
import { Taps } from './taps';
import { totalOf } from './total';
import { useSave, type Sold } from './use-save';
import { firstWrong, useAnswers } from './use-answers';
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
  const { step, current, people, person, go } = useWizard();
  const form = useRef<HTMLFormElement>(null);
  const title = useId();
  const [sold, setSold] = useState(false);
  const { next, busy, failed } = useWay(form, (all) => {
    setSold(true);
    onSold(all);
  });
  const answers = useAnswers();
  const Part = parts[step];
  const at = steps.indexOf(step);

  useEffect(() => {
    window.scrollTo({ top: 0 });
    const first = form.current?.querySelector<HTMLElement>(
      'input:not([type=checkbox]), select, [role=spinbutton], input, button',
    );
    first?.focus({ preventScroll: true });
  }, [step, current]);

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-6 lg:grid-cols-[11.5rem_minmax(0,1fr)_17rem] xl:grid-cols-[14rem_minmax(0,1fr)_20rem] xl:gap-x-12">
      <LeaveGuard done={sold} />
      <aside className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 lg:sticky lg:top-6 lg:self-start">
        <h1 className="text-title font-bold text-balance">
          {people.length > 1 ? t('titleAt', { at: current + 1, of: people.length }) : t('title')}
        </h1>
        <div className="max-lg:hidden">
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
          <Part key={person.id} />
        </div>
        <Foot busy={busy} />
      </form>
      <aside aria-label={t('aside.label')} className="max-lg:hidden lg:sticky lg:top-6 lg:self-start">
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
  const { step, people, judged, go } = useWizard();
  const at = steps.indexOf(step);
  const before = steps[at - 1];
  const total = totalOf(people, judged);
  const last = step === 'pay';
  const price = total === undefined ? '' : formatEuros(total, language);
  return (
    <div className="mt-8 flex flex-wrap items-center gap-3 border-t border-line pt-5 max-lg:sticky max-lg:bottom-0 max-lg:z-10 max-lg:-mx-4 max-lg:bg-paper max-lg:px-4 max-lg:py-3 sm:max-lg:-mx-6 sm:max-lg:px-6">
      <Button kind="act" size="large" type="submit" pending={busy} className="max-sm:grow">
        {last ? t('save', { count: people.length, price }) : t('next')}
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

/** Going on: only when nothing in this step is wrong; at the end everything is saved. */
function useWay(form: React.RefObject<HTMLFormElement | null>, onSold: (sold: Sold[]) => void) {
  const { t } = useTranslation('registration');
  const { step, current, settle, touch, touchAll, go } = useWizard();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = useSave(onSold);
  const failure = useFailure();
  const words = useWords();

  const showWrong = () => {
    requestAnimationFrame(() => {
      form.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')?.focus();
    });
  };

  const next = async () => {
    if (busy || save.isPending) return;
    setError(undefined);
    setBusy(true);
    const all = await settle();
    setBusy(false);
    const mine = all[current];
    const broken = all.find((one) => one.error !== undefined);
    if (broken) {
      setError(broken.error);
      return;
    }
    if (step !== 'pay') {
      touch(step);
      const wrong = mine?.problems.some((problem) => problem.step === step && !problem.warning);
      if (wrong) showWrong();
      else go(steps[steps.indexOf(step) + 1] ?? 'pay');
      return;
    }
    touchAll();
    const wrong = firstWrong(all);
    if (wrong) {
      go(wrong.step, wrong.at);
      showWrong();
      return;
    }
    save.mutate(all, {
      onError: (refused) => {
        setError(refused);
        void settle(true);
      },
    });
  };

  const said = error === undefined ? undefined : failure(error);
  const details = problemsOfRefusal(error);
  const failed = said && (
    <Banner tone="stop" live="assertive" title={t('failed')}>
      {details.length > 0 ? (
        <ul>
          {details.map((problem) => (
            <li key={problem.field}>{words(problem)}</li>
          ))}
        </ul>
      ) : (
        `${said.title}. ${said.text}`
      )}
    </Banner>
  );
  return { next, busy: busy || save.isPending, failed };
}
