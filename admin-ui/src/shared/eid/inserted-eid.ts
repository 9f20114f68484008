import { createStore } from '@/shared/ui/store';

/** An eID in a reader, from the moment it is put in until it is taken out. */
export interface InsertedEid {
  presentationId: string;
  readerId: string;
}

interface Opened extends InsertedEid {
  /** The path of the page that shows it. */
  place: string;
}

const opened = createStore<Opened | undefined>(undefined);

/** Shows an eID on the page at this path. Only that there is one stands here; what is on it lives in the panel. */
export function openEid(eid: InsertedEid, place: string): void {
  opened.set({ ...eid, place });
}

export function closeEid(): void {
  opened.set(undefined);
}

/** Leaving the page closes its eID. */
export function closeEidUnlessAt(path: string): void {
  if (opened.read()?.place !== path) closeEid();
}

/** The eID that is open, wherever it is shown. */
export function useOpenedEid(): Opened | undefined {
  return opened.use();
}
