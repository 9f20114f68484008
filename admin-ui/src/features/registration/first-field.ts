const fillable = 'input:not([type=checkbox]), select, textarea, [role=spinbutton]';

/** Where filling in a step begins: the number of a pass before the kind of pass, a field before a button. */
export function firstField(part: HTMLElement | null) {
  return (
    part?.querySelector<HTMLElement>('[name=uitpasNumber]') ??
    part?.querySelector<HTMLElement>(fillable) ??
    part?.querySelector<HTMLElement>('input, button')
  );
}

/** The first that is wrong: a field itself, or the first of a group. */
export function firstWrongField(part: HTMLElement | null) {
  const wrong = part?.querySelector<HTMLElement>('[aria-invalid=true], [data-wrong]');
  const own = `${fillable}, input`;
  return wrong?.matches(own) ? wrong : wrong?.querySelector<HTMLElement>(own);
}
