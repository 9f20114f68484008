import { useTranslation } from 'react-i18next';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';
import { openEid, useOpenedEid } from './inserted-eid';

/** An eID that sits in a reader without being shown: left there, or there before the page was. Nothing of it is read unasked. */
export function EidInReader({ place }: { place: string }) {
  const { t } = useTranslation();
  const { state } = useBridge();
  const opened = useOpenedEid();
  if (state.name !== 'connected') return null;
  const several = state.readers.length > 1;

  return state.readers.map(({ id, name, card }) => {
    const presentationId = card?.kind === 'eid' ? card.presentationId : undefined;
    if (!presentationId || presentationId === opened?.presentationId) return null;
    return (
      <p key={id} className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1">
        <span className="flex items-center gap-2">
          <span className="text-note">
            <Icon name="card" />
          </span>
          {several ? t('eid.inNamed', { reader: name }) : t('eid.inReader')}
        </span>
        <Button
          kind="quiet"
          size="small"
          onPress={() => {
            openEid({ presentationId, readerId: id }, place);
          }}
        >
          {t('eid.read')}
        </Button>
      </p>
    );
  });
}
