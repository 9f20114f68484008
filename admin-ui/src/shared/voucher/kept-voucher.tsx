import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';

/** A voucher that is kept for who is at the counter, and the way to let it go. */
export function KeptVoucher({
  name,
  number,
  until,
  error,
  remove,
  onRemove,
}: {
  name: string;
  number: string;
  /** How long it is kept, in words. */
  until: string;
  /** Why it cannot be used after all. */
  error?: string | undefined;
  /** The word of the button. */
  remove: string;
  onRemove: () => void;
}) {
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-line bg-sunken px-4 py-2">
        <span className="text-ok">
          <Icon name="done" />
        </span>
        <span className="grid min-w-0 grow">
          <span className="font-medium">
            {name} <span className="break-all tabular-nums">{number}</span>
          </span>
          <span className="text-small text-ink-soft">{until}</span>
        </span>
        <Button kind="quiet" size="small" onPress={onRemove}>
          {remove}
        </Button>
      </div>
      {error && <p className="text-small font-medium text-stop-ink">{error}</p>}
    </div>
  );
}
