import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Flyout } from '@/shared/ui/flyout';
import { Icon } from '@/shared/ui/icon';
import { toneIcon } from '@/shared/ui/tone';
import { useSoon } from '@/shared/ui/use-soon';
import { useBridge } from './bridge-provider';
import { loadReaderHelp, ReaderHelp } from './reader-help';
import { readerKey, readerTone } from './reader-words';

const colour = { ok: 'text-ok', warn: 'text-warn', stop: 'text-stop', note: 'text-note' };

/** The reader in one word for the top bar; what to try is one press away. */
export function ReaderStatus() {
  const { t } = useTranslation();
  const { state } = useBridge();
  const key = readerKey(state);
  const tone = readerTone(key);
  useSoon(loadReaderHelp);
  const short = t(`reader.${key}.short`);

  return (
    <>
      <span role="status" className="sr-only">
        {short}
      </span>
      <Flyout
        name={`${t('reader.name')}: ${short}`}
        label={
          <>
            <span className={classes(colour[tone], key === 'connecting' && 'opacity-70')}>
              <Icon name={key === 'ready' ? 'reader' : toneIcon[tone]} />
            </span>
            <span>{short}</span>
          </>
        }
      >
        <div className="w-[26rem] max-w-full p-3">
          <ReaderHelp />
        </div>
      </Flyout>
    </>
  );
}
