import { classes } from './classes';

/** act: the one thing to do here. plain: another thing. quiet: beside. link: in a sentence. stop: cannot be taken back. */
export type ButtonKind = 'act' | 'plain' | 'quiet' | 'link' | 'stop';
export type ButtonSize = 'small' | 'normal' | 'large';

const kinds: Record<ButtonKind, string> = {
  act: 'border-transparent bg-act text-on-act hover:bg-act-hover active:bg-act-press',
  plain: 'border-line-strong bg-surface text-ink hover:border-ink hover:bg-sunken active:bg-line',
  quiet: 'border-transparent text-act-ink hover:bg-act-soft active:bg-line',
  link: 'border-transparent !px-0 text-act-ink !underline decoration-1 underline-offset-4 hover:decoration-2',
  stop: 'border-stop bg-surface text-stop-ink hover:bg-stop-soft active:bg-stop-soft',
};

const sizes: Record<ButtonSize, string> = {
  small: 'min-h-11 gap-1.5 px-3.5 py-1.5 text-small',
  normal: 'min-h-12 gap-2 px-5 py-2 text-body',
  large: 'min-h-14 gap-2.5 px-7 py-3 text-lead',
};

/** The look of a button, for links that are one. */
export function buttonStyle(kind: ButtonKind = 'plain', size: ButtonSize = 'normal', more?: string) {
  return classes(
    'relative inline-flex max-w-full items-center justify-center rounded-control border font-medium select-none',
    'text-center no-underline transition-colors forced-colors:border-[ButtonBorder]',
    'aria-disabled:cursor-not-allowed data-blocked:border-line-strong data-blocked:bg-sunken data-blocked:text-ink-soft',
    kinds[kind],
    sizes[size],
    more,
  );
}
