import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { useBridge } from './bridge-provider';
import { isWorking, readerDetails, readerKey } from './reader-words';

/** What is the matter with the reader, three things to try, and the button that looks again. */
export function ReaderHelpText() {
  const { t } = useTranslation();
  const { t: help } = useTranslation('reader');
  const { state, bridge } = useBridge();
  const key = readerKey(state);

  if (isWorking(key)) {
    return (
      <div className="grid gap-1">
        <p className="font-bold">{t(`reader.${key}.title`)}</p>
        <p className="text-ink-soft">{help(`${key}.text`)}</p>
        {state.name === 'connected' && (
          <ul className="mt-2 grid gap-1 text-small text-ink-soft">
            {state.readers.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
        )}
      </div>
    );
  }
  return (
    <div className="grid gap-3">
      <div className="grid gap-1">
        <p className="font-bold">{t(`reader.${key}.title`)}</p>
        <p>{help(`${key}.text`)}</p>
      </div>
      <ol className="grid list-decimal gap-1.5 pl-6 marker:font-bold marker:text-ink-soft">
        <li>{help(`${key}.first`)}</li>
        <li>{help(`${key}.second`)}</li>
        <li>{help(`${key}.third`, { address: location.origin })}</li>
      </ol>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <Button
          kind="plain"
          size="small"
          icon="reader"
          pending={key === 'asking'}
          onPress={() => {
            bridge.ask();
          }}
        >
          {help(`${key}.button`)}
        </Button>
        <details className="text-small text-ink-soft">
          <summary className="inline-flex min-h-11 items-center underline underline-offset-4">
            {help('details')}
          </summary>
          <p>{readerDetails(state)}</p>
        </details>
      </div>
    </div>
  );
}
