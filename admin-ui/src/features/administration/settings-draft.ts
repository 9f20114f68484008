import type { Settings } from './types';

/** The most and the least of what is counted. */
export const limits = {
  socialTariffGraceDays: [0, 366],
  checkinMarginMinutes: [0, 2880],
  adultAge: [0, 30],
  optInAge: [0, 30],
  familyMaxMembers: [1, 100],
  familyMaxAdults: [1, 100],
  lowStock: [0, 100_000],
} as const;

export type Counted = keyof typeof limits;
export type SettingsField = Exclude<keyof Settings, 'version'>;
export type City = Settings['cities'][number];

/** Settings as they stand in a form: what is counted is still what somebody typed. */
export type Draft = Omit<Settings, Counted> & Record<Counted, string>;

const counted = Object.keys(limits) as Counted[];

export function draftOf(settings: Settings): Draft {
  const typed = Object.fromEntries(counted.map((field) => [field, String(settings[field])]));
  return { ...settings, ...(typed as Record<Counted, string>) };
}

export function settingsOf(draft: Draft): Settings {
  const read = Object.fromEntries(counted.map((field) => [field, Number(draft[field].trim())]));
  return { ...draft, ...(read as Record<Counted, number>) };
}

/** The fields that cannot be saved as they are. */
export function wrongFields(draft: Draft): SettingsField[] {
  const wrong: SettingsField[] = counted.filter((field) => {
    const [least, most] = limits[field];
    const text = draft[field].trim();
    return !/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most;
  });
  if (draft.name.trim() === '') wrong.push('name');
  if (!isColor(draft.primaryColor)) wrong.push('primaryColor');
  if (draft.secondaryColor !== '' && !isColor(draft.secondaryColor)) wrong.push('secondaryColor');
  for (const field of ['logoUrl', 'website'] as const)
    if (draft[field].trim() !== '' && !/^https?:\/\/[^\s/]+/i.test(draft[field].trim())) wrong.push(field);
  if (draft.contactEmail.trim() !== '' && !/^\S+@\S+$/.test(draft.contactEmail.trim()))
    wrong.push('contactEmail');
  if (draft.socialTariffMaximumEnd < draft.socialTariffDefaultEnd) wrong.push('socialTariffMaximumEnd');
  if (Number(draft.familyMaxAdults) > Number(draft.familyMaxMembers) && !wrong.includes('familyMaxAdults'))
    wrong.push('familyMaxAdults');
  return wrong;
}

/** The fields in which two versions differ. */
export function differences(a: Settings, b: Settings): SettingsField[] {
  return (Object.keys(a) as (keyof Settings)[]).filter(
    (field): field is SettingsField =>
      field !== 'version' && JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  );
}

/**
 * Puts what one changed on top of what somebody else saved meanwhile. Where both changed the same, one's own stays,
 * and is named.
 */
export function rebase(
  before: Settings,
  mine: Settings,
  theirs: Settings,
): { settings: Settings; theirs: SettingsField[]; both: SettingsField[] } {
  const own = differences(before, mine);
  const others = differences(before, theirs);
  const kept = Object.fromEntries(own.map((field) => [field, mine[field]]));
  return {
    settings: { ...theirs, ...kept },
    theirs: others.filter((field) => !own.includes(field)),
    both: others.filter((field) => own.includes(field) && differences(mine, theirs).includes(field)),
  };
}

export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}
