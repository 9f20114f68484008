import { useCounter } from '@/shared/session/session';
import { EidPanel } from './eid-panel';
import { FoundPassholder } from './found-passholder';
import type { InsertedEid } from './inserted-eid';

/** An eID, and the person it belongs to. */
export function FoundEid({
  eid,
  shown,
  level,
  onClose,
}: {
  eid: InsertedEid;
  shown?: string | undefined;
  level?: 'h1' | 'h2' | undefined;
  onClose: () => void;
}) {
  const mayRegister = useCounter().permissions.includes('PASSHOLDERS_WRITE');
  return (
    <EidPanel eid={eid} level={level} onClose={onClose}>
      {(answer) => (
        <FoundPassholder answer={answer} shown={shown} mayRegister={mayRegister} onClose={onClose} />
      )}
    </EidPanel>
  );
}
