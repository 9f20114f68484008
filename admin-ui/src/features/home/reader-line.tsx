import { useTranslation } from 'react-i18next';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { ReaderHelp } from '@/shared/bridge/reader-help';
import { isWorking, readerKey } from '@/shared/bridge/reader-words';
import { Icon } from '@/shared/ui/icon';

/** The reader's state where the clerk looks: a word when it works, the way out when it does not. */
export function ReaderLine() {
  const { t } = useTranslation();
  const { state } = useBridge();
  const key = readerKey(state);

  if (isWorking(key)) {
    return (
      <p className="flex items-center justify-center gap-2 text-ink-soft">
        <span className={key === 'ready' ? 'text-ok' : 'text-ink-soft'}>
          <Icon name={key === 'ready' ? 'done' : 'clock'} />
        </span>
        {t(`reader.${key}.title`)}
      </p>
    );
  }
  return (
    <section
      aria-label={t('reader.name')}
      className="flex gap-3 rounded-card border border-warn bg-warn-soft px-5 py-4"
    >
      <span className="mt-px text-warn-ink">
        <Icon name="alert" size={24} />
      </span>
      <div className="min-w-0 grow">
        <ReaderHelp />
      </div>
    </section>
  );
}
