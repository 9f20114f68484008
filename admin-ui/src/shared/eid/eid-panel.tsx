import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { useSession } from '@/shared/session/session';
import { useKey } from '@/shared/ui/keys';
import { useHidden } from '@/shared/ui/privacy';
import { EidSheet } from './eid-sheet';
import type { InsertedEid } from './inserted-eid';
import { useEidRead } from './use-eid-read';

/**
 * Reads the eID that was put in and shows it while it comes. Everything read
 * is in this part alone: closing it, or leaving the page, is forgetting it.
 */
export function EidPanel({
  eid,
  level,
  onClose,
  children,
}: {
  eid: InsertedEid;
  level?: 'h1' | 'h2' | undefined;
  onClose: () => void;
  /** What this page makes of the card: a way to the person, or values for a form. */
  children: (answer: EidAnswer) => ReactNode;
}) {
  const { t } = useTranslation('eid');
  const { read, readAgain, checkAgain } = useEidRead(eid);
  const { me } = useSession();
  const reader = useReaderName(eid);
  const sheet = useRef<HTMLElement>(null);

  useKey('Escape', t('close'), onClose);
  useForgetting(read.inserted, onClose);
  useEffect(() => {
    const focused = document.activeElement;
    // Whoever is typing goes on typing.
    if (focused instanceof HTMLInputElement && focused.value !== '') return;
    sheet.current?.focus();
  }, []);

  return (
    <EidSheet
      ref={sheet}
      read={read}
      reader={reader}
      contact={me.help.contacts[0]}
      level={level}
      onReadAgain={readAgain}
      onCheckAgain={checkAgain}
      onClose={onClose}
    >
      {children}
    </EidSheet>
  );
}

// The person went away with the card and the screen is hidden: there is nobody to show it to. And a page that is
// left must not come back with it from the browser's memory.
function useForgetting(inserted: boolean, onClose: () => void): void {
  const hidden = useHidden() !== 'no';
  const forget = useRef(onClose);
  useEffect(() => {
    forget.current = onClose;
  });
  useEffect(() => {
    if (hidden && !inserted) forget.current();
  }, [hidden, inserted]);
  useEffect(() => {
    const left = () => {
      forget.current();
    };
    window.addEventListener('pagehide', left);
    return () => {
      window.removeEventListener('pagehide', left);
    };
  }, []);
}

/** The name of the reader, where one has to tell two apart. */
function useReaderName({ readerId }: InsertedEid): string | undefined {
  const { state } = useBridge();
  if (state.name !== 'connected' || state.readers.length < 2) return undefined;
  return state.readers.find(({ id }) => id === readerId)?.name;
}
