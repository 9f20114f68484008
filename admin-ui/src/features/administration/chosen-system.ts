const KEY = 'openbalie.administration.cardSystem';

/** The card system that this tab administers, so that a reload does not bring another. */
export const chosenSystem = {
  read(): number | undefined {
    try {
      return Number(sessionStorage.getItem(KEY)) || undefined;
    } catch {
      return undefined;
    }
  },
  write(id: number): void {
    try {
      sessionStorage.setItem(KEY, String(id));
    } catch {
      // Storage may be closed; then it holds until the next reload.
    }
  },
};
