import type { ReactNode, Ref } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';
import { Skeleton } from '@/shared/ui/skeleton';
import { EidFacts, MoreFacts } from './eid-facts';
import { EidFailed, type Contact } from './eid-failed';
import { EidPhoto } from './eid-photo';
import type { EidRead } from './eid-read';
import { EidSteps } from './eid-steps';
import { EidUnchecked, EidVerdict } from './eid-verdict';

/**
 * An eID as it comes in: who, how far to trust it, and what the page around it makes of that. Where it is wide it
 * stays low, so that what lies under it can be compared.
 */
export function EidSheet({
  read,
  reader,
  contact,
  level = 'h2',
  onReadAgain,
  onCheckAgain,
  onClose,
  children,
  ref,
}: {
  read: EidRead;
  /** The reader's name, where there are several. */
  reader?: string | undefined;
  /** Whom one can ask why this computer reads no eID. */
  contact?: Contact | undefined;
  level?: 'h1' | 'h2' | undefined;
  onReadAgain: () => void;
  onCheckAgain: () => void;
  onClose: () => void;
  /** What follows from a card that the back end looked at. */
  children: (answer: EidAnswer) => ReactNode;
  ref?: Ref<HTMLElement> | undefined;
}) {
  const { t } = useTranslation('eid');
  const label = useId();
  return (
    <section
      ref={ref}
      tabIndex={-1}
      aria-labelledby={label}
      className="enter @container overflow-hidden rounded-card border border-line-strong bg-raised shadow-float outline-none"
    >
      <div className="flex items-center gap-2 pt-2 pr-2 pl-5 text-ink-soft sm:pl-6">
        <Icon name="card" />
        <span id={label} className="min-w-0 grow truncate text-small font-medium">
          {reader ? t('inReader', { reader }) : t('name')}
        </span>
        <Button kind="quiet" size="small" icon="cross" iconOnly shortcut="Escape" onPress={onClose}>
          {t('close')}
        </Button>
      </div>
      <span role="status" className="sr-only">
        {t(`said.${read.stage}`)}
      </span>
      {read.stage === 'failed' ? (
        <EidFailed read={read} contact={contact} level={level} onReadAgain={onReadAgain} onClose={onClose} />
      ) : (
        <>
          <div className="@4xl:grid @4xl:grid-cols-[2fr_3fr]">
            <Who read={read} level={level} />
            <div className="@4xl:border-l @4xl:border-line">
              <HowSure read={read} onCheckAgain={onCheckAgain} />
              {read.answer && children(read.answer)}
            </div>
          </div>
          {read.answer && <MoreFacts identity={read.answer.identity} />}
          <InOrOut read={read} />
        </>
      )}
    </section>
  );
}

function Who({ read, level: Heading }: { read: EidRead; level: 'h1' | 'h2' }) {
  const { person, picture, parts } = read;
  return (
    <div className="flex items-start gap-4 px-5 pt-1 pb-5 sm:gap-6 sm:px-6 sm:pb-6">
      <EidPhoto picture={picture} waiting={parts.picture === 'waiting'} />
      <div className="grid min-w-0 grow gap-4">
        {person ? (
          <Heading data-person className="text-title font-bold break-words sm:text-display">
            {person.firstNames} {person.lastName}
          </Heading>
        ) : (
          <Skeleton className="my-1.5 h-8 w-4/5" />
        )}
        <EidFacts read={read} />
      </div>
    </div>
  );
}

function HowSure({ read, onCheckAgain }: { read: EidRead; onCheckAgain: () => void }) {
  switch (read.stage) {
    case 'reading':
    case 'checking':
    case 'failed':
      return <EidSteps read={read} />;
    case 'checked':
      return read.answer && <EidVerdict verdict={read.answer.verdict} />;
    case 'unchecked':
      return <EidUnchecked error={read.error} onAgain={onCheckAgain} />;
  }
}

/** Whether the person can have the card back, and what becomes of what was on it. */
function InOrOut({ read: { stage, inserted } }: { read: EidRead }) {
  const { t } = useTranslation('eid');
  if (inserted && stage === 'reading') return null;
  return (
    <p
      role="status"
      className="flex items-center gap-2 border-t border-line bg-sunken px-5 py-3 text-small text-ink-soft sm:px-6"
    >
      <Icon name={inserted ? 'check' : 'info'} size={18} />
      {t(inserted ? 'giveBack' : 'removed')}
    </p>
  );
}
