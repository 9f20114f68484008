import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFailure } from '@/shared/failure/use-failure';
import { Banner } from '@/shared/ui/banner';
import { useWords } from './fields';
import { firstField, firstWrongField } from './first-field';
import { steps } from './household';
import { problemsOfRefusal } from './problems';
import { firstWrong } from './use-answers';
import { isUnanswered, useSave, type Sold } from './use-save';
import { useWizard } from './use-wizard';

/** Going on: only when nothing in this step is wrong; at the end everything is saved. */
export function useWay(
  form: React.RefObject<HTMLFormElement | null>,
  part: React.RefObject<HTMLDivElement | null>,
  onSold: (sold: Sold[]) => void,
) {
  const { t } = useTranslation('registration');
  const { step, current, looking, twice, saving, settle, touch, touchAll, go } = useWizard();
  const [wanted, setWanted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = useSave(onSold);
  const failure = useFailure();
  const words = useWords();

  const showWrong = () => {
    requestAnimationFrame(() => {
      firstWrongField(part.current)?.focus();
    });
  };
  const refuse = (refused: unknown) => {
    setError(refused);
    if (!isUnanswered(refused)) void settle(true);
  };

  const next = async () => {
    if (busy || save.isPending) return;
    setError(undefined);
    if (saving === 'unanswered') {
      save.sendAgain(refuse);
      return;
    }
    if (looking) {
      setWanted(true);
      return;
    }
    // The last fields wait with her: the focus stays where one can go on.
    if (step === 'pay') form.current?.querySelector<HTMLElement>('[type=submit]')?.focus();
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
      if (step === 'pass' && twice) firstField(part.current)?.focus();
      else if (wrong) showWrong();
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
    save.send(all, refuse);
  };

  // Whoever was faster than the answer about her pass goes on when it is there.
  const latest = useRef(next);
  useEffect(() => {
    latest.current = next;
  });
  useEffect(() => {
    if (!wanted || looking) return;
    const soon = setTimeout(() => {
      setWanted(false);
      void latest.current();
    });
    return () => {
      clearTimeout(soon);
    };
  }, [wanted, looking]);

  const said = error === undefined ? undefined : failure(error);
  const details = problemsOfRefusal(error);
  const failed = said && (
    <Banner
      tone={saving === 'unanswered' ? 'warn' : 'stop'}
      live="assertive"
      title={t(saving === 'unanswered' ? 'unsure.title' : 'failed')}
    >
      {details.length > 0 ? (
        <ul>
          {details.map((problem) => (
            <li key={problem.field}>{words(problem)}</li>
          ))}
        </ul>
      ) : (
        `${said.title}. ${saving === 'unanswered' ? t('unsure.text') : said.text}`
      )}
    </Banner>
  );
  return { next, busy: busy || wanted || save.isPending, failed };
}
