import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';

/** The place of the photo, in the shape it has on the card; a face comes over the silhouette. */
export function EidPhoto({ picture, waiting }: { picture?: string | undefined; waiting: boolean }) {
  const { t } = useTranslation('eid');
  return (
    <div
      className={classes(
        'relative grid aspect-[7/10] w-24 shrink-0 place-items-center overflow-hidden rounded-small border border-line bg-sunken text-line-strong sm:w-36',
        waiting && 'skeleton',
      )}
    >
      <Icon name="person" size={56} />
      {picture && (
        <img
          data-person
          src={picture}
          alt={t('photo')}
          draggable={false}
          className="enter absolute inset-0 size-full object-cover"
        />
      )}
    </div>
  );
}
