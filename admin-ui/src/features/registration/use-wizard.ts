import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type { Counter, EidAnswer, IdentifiedCard } from '@/api/types';
import { closeEid } from '@/shared/eid/inserted-eid';
import type { Language } from '@/shared/i18n/language';
import { currentLanguage } from '@/shared/i18n/i18n';
import { beginWith, waitingStart } from '@/shared/registration/start';
import type { Picture } from '@/shared/picture/picture';
import { useCounter, useSession } from '@/shared/session/session';
import {
  housemate,
  isBegun,
  newPerson,
  steps,
  withCard,
  withEid,
  type Household,
  type Person,
  type StepId,
} from './household';
import { forget, keep, recall } from './kept';
import { firstWrongStep, isShown, type Problem } from './problems';
import { requestOf } from './request';
import { useDecisions } from './use-decisions';
import { useTypedCard } from './use-typed-card';

/** `unanswered`: it was sent, and nobody here knows what came of it. Meanwhile nothing of it may change. */
export type Saving = 'no' | 'sent' | 'unanswered';

/** A registration as it opens: what was kept, and what it was opened with. */
function begin(userId: string, counter: Counter, language: Language) {
  const { card, eid } = waitingStart();
  const kept = recall(userId, counter.id);
  const fresh = newPerson(counter.cardSystems[0]?.id ?? 0, language);
  const people = kept?.household.people ?? [fresh];
  const current = kept?.current ?? 0;
  const eids: Record<string, EidAnswer> = {};
  const pictures: Record<string, Picture> = {};
  let step: StepId = kept?.step ?? (card ? 'person' : 'pass');
  const household: Household = {
    payment: kept?.household.payment ?? '',
    people: people.map((person, at) => {
      if (at !== current) return person;
      const carded = card && !person.uitpasNumber ? withCard(person, card, counter) : person;
      if (!eid || kept) return carded;
      eids[person.id] = eid;
      if (eid.picture) pictures[person.id] = { url: eid.picture.url, source: 'EID' };
      return withEid(carded, eid);
    }),
  };
  if (kept && card && step === 'pass') step = 'person';
  const unanswered = kept?.unanswered ?? false;
  return { household, current, step, eids, pictures, resumed: kept !== undefined, unanswered, card };
}

/** Everything about the registration on this screen: what is filled in, what the back end thinks of it, and the way through. */
export function useWizardState() {
  const { me } = useSession();
  const counter = useCounter();
  const [initial] = useState(() => begin(me.user.id, counter, currentLanguage()));
  const [current, setCurrent] = useState(initial.current);
  const [step, setStep] = useState<StepId>(initial.step);
  const [eids, setEids] = useState(initial.eids);
  // In memory only: a photo is kept nowhere before it is saved.
  const [pictures, setPictures] = useState(initial.pictures);
  const [saving, setSaving] = useState<Saving>('no');
  const [touched, setTouched] = useState<Record<string, ReadonlySet<string>>>({});
  const form = useForm<Household>({ defaultValues: initial.household });
  const { control, setValue, getValues } = form;
  const values = useWatch({ control }) as Household;
  const { people, payment } = values;
  const person = people[current] ?? initial.household.people[0] ?? newPerson(0, 'nl');
  const begun = people.length > 1 || people.some(isBegun);

  useEffect(() => {
    beginWith({});
  }, []);

  const asked = useMemo(
    () => people.map((one) => ({ id: one.id, request: requestOf(one, payment, eids[one.id]) })),
    [people, payment, eids],
  );
  const { judged, settle } = useDecisions(counter.id, asked);

  useEffect(() => {
    const kept = { household: values, current, step, unanswered: saving !== 'no' };
    if (begun) keep(me.user.id, counter.id, kept, new Set(Object.keys(eids)));
  }, [begun, values, current, step, eids, saving, me.user.id, counter.id]);

  const touch = useCallback(
    (field: string) => {
      setTouched((all) => ({ ...all, [person.id]: new Set(all[person.id]).add(field) }));
    },
    [person.id],
  );

  const change = useCallback(
    (part: Partial<Person>) => {
      const now = getValues(`people.${current}`);
      setValue(`people.${current}`, { ...now, ...part });
    },
    [current, getValues, setValue],
  );

  const go = useCallback((to: StepId, at?: number) => {
    closeEid();
    if (at !== undefined) setCurrent(at);
    setStep(to);
  }, []);

  const setPicture = useCallback(
    (picture: Picture | undefined) => {
      setPictures((all) => without(all, person.id, picture));
    },
    [person.id],
  );

  const takeCard = (card: IdentifiedCard) => {
    change(withCard(getValues(`people.${current}`), card, counter));
    touch('uitpasNumber');
  };
  const looking = useTypedCard(counter, person, takeCard);

  const mine = judged[person.id];
  const problems = mine?.problems ?? [];
  const seen = touched[person.id] ?? new Set<string>();

  return {
    form,
    counter,
    initial,
    people,
    person,
    current,
    step,
    begun,
    eid: eids[person.id],
    eids,
    picture: pictures[person.id],
    pictures,
    setPicture,
    judged,
    mine,
    problems,
    settle,
    touch,
    change,
    go,
    /** What is wrong with a field, as far as it is time to say so. */
    shown: (field: string): Problem | undefined =>
      problems.find((problem) => problem.field === field && !problem.warning && isShown(problem, seen)),
    warned: (field: string): Problem | undefined =>
      problems.find((problem) => problem.field === field && problem.warning && isShown(problem, seen)),
    wrongStep: firstWrongStep(problems),
    takeCard,
    /** A pass is typed, and it is not known yet which one it is. */
    looking,
    saving,
    setSaving,
    takeEid: (answer: EidAnswer) => {
      setEids((all) => ({ ...all, [person.id]: answer }));
      if (answer.picture) setPicture({ url: answer.picture.url, source: 'EID' });
      change(withEid(getValues(`people.${current}`), answer));
      touch('inszNumber');
    },
    dropEid: () => {
      setEids((all) => without(all, person.id));
      if (pictures[person.id]?.source === 'EID') setPicture(undefined);
    },
    touchAll: () => {
      setTouched(Object.fromEntries(people.map(({ id }) => [id, new Set<string>(steps)])));
    },
    addHousemate: () => {
      setValue('people', [...getValues('people'), housemate(person)]);
      go('pass', people.length);
    },
    /** Leaves somebody out; gives the way back, with the voucher that is kept for her. */
    removePerson: (at: number) => {
      const left = getValues(`people.${at}`);
      setValue(
        'people',
        getValues('people').filter((_, other) => other !== at),
      );
      go('pay', Math.max(0, Math.min(current, people.length - 2)));
      return () => {
        setValue('people', getValues('people').toSpliced(at, 0, left));
        go('pay', at);
      };
    },
    /** The pass of this person is that of somebody else of the household too. */
    twice:
      person.cardType === 'NFC_CARD' &&
      people.some((other, at) => at !== current && sameNumber(other.uitpasNumber, person.uitpasNumber)),
    discard: forget,
  };
}

function sameNumber(a: string, b: string): boolean {
  const digits = a.replace(/\D/g, '');
  return digits !== '' && digits === b.replace(/\D/g, '');
}

/** The same about everybody else; about one person what is new, or nothing. */
function without<T>(all: Record<string, T>, id: string, instead?: T): Record<string, T> {
  const others = Object.entries(all).filter(([other]) => other !== id);
  return Object.fromEntries(instead === undefined ? others : [...others, [id, instead]]);
}

export type Wizard = ReturnType<typeof useWizardState>;

export const WizardContext = createContext<Wizard | undefined>(undefined);

/** The registration on this screen, for its parts. */
export function useWizard(): Wizard {
  const wizard = use(WizardContext);
  if (!wizard) throw new Error('no registration above');
  return wizard;
}
