import { useEffect, useRef, type ComponentProps } from 'react';

const app = 'OpenBalie';

/**
 * The heading of a page, which also names its tab. Names of people stay out of the tab, as histories keep it:
 * what is marked `data-person` is left out, and a page that is headed by a name says what it is in `tab`.
 */
export function PageHeading({
  tab,
  focus = false,
  ...heading
}: ComponentProps<'h1'> & {
  tab?: string;
  /** Whether it takes the focus as it comes. */
  focus?: boolean;
}) {
  const own = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) own.current?.focus();
  }, [focus]);
  useTabTitle(() => tab ?? nameless(own.current));
  return <h1 ref={own} {...(focus ? { tabIndex: -1 } : {})} {...heading} />;
}

/** The name of the tab, for a page that has no heading of its own. */
export function PageTitle({ children }: { children: string }) {
  useTabTitle(() => children);
  return null;
}

function useTabTitle(title: () => string) {
  useEffect(() => {
    document.title = `${title()} · ${app}`;
  });
  useEffect(
    () => () => {
      document.title = app;
    },
    [],
  );
}

function nameless(heading: HTMLElement | null): string {
  const words = heading?.cloneNode(true) as HTMLElement;
  words.querySelectorAll('[data-person]').forEach((name) => {
    name.remove();
  });
  return words.textContent.trim();
}
