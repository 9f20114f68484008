import 'react';

/* A part may hand a value from the data, such as an issuer's colour, to its classes. */
declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- only an interface can be added to
  interface CSSProperties {
    [variable: `--${string}`]: string | number | undefined;
  }
}
