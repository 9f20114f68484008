import { readHousehold, steps, type Household, type Person, type StepId } from './household';

/** A registration under way, as this tab keeps it over a reload. */
export interface Kept {
  household: Household;
  current: number;
  step: StepId;
  /** It was sent, and no answer came: nobody here knows whether it is saved. */
  unanswered: boolean;
}

const keyOf = (userId: string, counterId: string) => `openbalie.registration.${userId}.${counterId}`;
const prefix = 'openbalie.registration.';

/** The registration that was under way in this tab, of this person at this counter. */
export function recall(userId: string, counterId: string): Kept | undefined {
  return quietly(() => {
    const text = sessionStorage.getItem(keyOf(userId, counterId));
    const kept = JSON.parse(text ?? 'null') as Partial<Record<keyof Kept, unknown>> | null;
    const household = readHousehold(kept?.household);
    if (!household) return undefined;
    const current = household.people[Number(kept?.current)] ? Number(kept?.current) : 0;
    return {
      household,
      current,
      step: steps.find((step) => step === kept?.step) ?? 'pass',
      unanswered: kept?.unanswered === true,
    };
  });
}

/** An answer came after all, if only a no. */
export function answered(userId: string, counterId: string): void {
  quietly(() => {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(userId, counterId)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return;
    sessionStorage.setItem(keyOf(userId, counterId), JSON.stringify({ ...kept, unanswered: false }));
  });
}

/** Keeps it without what is nobody's business: the national number, and all that came from an eID. */
export function keep(userId: string, counterId: string, kept: Kept, fromEid: ReadonlySet<string>): void {
  quietly(() => {
    const people = kept.household.people.map((person) => harmless(person, fromEid.has(person.id)));
    const text = JSON.stringify({ ...kept, household: { ...kept.household, people } });
    sessionStorage.setItem(keyOf(userId, counterId), text);
  });
}

/** Forgets every registration of this tab, whoever began it. */
export function forget(): void {
  quietly(() => {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix)) sessionStorage.removeItem(key);
    }
  });
}

function harmless(person: Person, fromEid: boolean): Person {
  const bare = { ...person, inszNumber: '', lookedAt: '' };
  if (!fromEid) return bare;
  const read = {
    firstName: '',
    name: '',
    dateOfBirth: '',
    placeOfBirth: '',
    gender: '',
    nationality: '',
  } as const;
  return { ...bare, ...read, street: '', postalCode: '', city: '' };
}

// Storage may be closed, full or hold nonsense; then nothing is kept.
function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
