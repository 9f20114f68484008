import { lazy, Suspense } from 'react';
import { fetchWords } from '@/shared/i18n/i18n';
import type { Picture } from './picture';

export interface PictureFieldProps {
  /** The picture as it is: one that was made here, or the address of one that is kept. */
  value: { url: string } | undefined;
  /** A new picture, cut and ready to be sent; undefined when it is taken away. */
  onChange: (picture: Picture | undefined) => void;
  /** What the back end says against it. */
  error?: string | undefined;
  /** It is being saved. */
  pending?: boolean | undefined;
}

const Parts = lazy(async () => {
  const [part] = await Promise.all([import('./picture-parts'), fetchWords('picture')]);
  return part;
});

/**
 * The photo of a person: from a camera or a file, cut to the shape of a pass
 * photo before it leaves the browser. Brings its own words.
 */
export function PictureField(props: PictureFieldProps) {
  return (
    <Suspense fallback={<div className="skeleton h-42 rounded-card" />}>
      <Parts {...props} />
    </Suspense>
  );
}
