import type { Counter } from '@/api/types';
import { Icon } from '@/shared/ui/icon';

/** Counters as a list of large buttons, each with its town and its regions. */
export function CounterList({
  counters,
  chosen,
  onChoose,
}: {
  counters: readonly Counter[];
  chosen?: string | undefined;
  onChoose: (id: string) => void;
}) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
      {counters.map((counter) => (
        <li key={counter.id}>
          <button
            type="button"
            aria-current={counter.id === chosen || undefined}
            onClick={() => {
              onChoose(counter.id);
            }}
            className="group flex min-h-18 w-full items-center gap-4 px-5 py-3 text-left transition-colors -outline-offset-3 hover:bg-act-soft"
          >
            <Bands counter={counter} />
            <span className="min-w-0 grow">
              <span className="block font-bold">{counter.name}</span>
              <span className="block text-small text-ink-soft">{whereabouts(counter)}</span>
            </span>
            <span className="text-ink-soft transition-transform group-hover:translate-x-1">
              <Icon name="arrow" />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Bands({ counter }: { counter: Counter }) {
  return (
    <span aria-hidden="true" className="flex h-9 w-2 shrink-0 flex-col overflow-hidden rounded-round bg-line">
      {counter.cardSystems.map(({ id, primaryColor }) => (
        <span key={id} className="grow" style={{ backgroundColor: primaryColor }} />
      ))}
    </span>
  );
}

function whereabouts(counter: Counter): string {
  return [counter.city, ...counter.cardSystems.map(({ name }) => name)].filter(Boolean).join(' · ');
}
