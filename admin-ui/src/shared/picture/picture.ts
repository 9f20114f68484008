/** Where a picture comes from, as the back end names it. */
export type PictureSource = 'EID' | 'FILE' | 'WEBCAM';

/** A picture of a person, cut and small enough to be kept. */
export interface Picture {
  /** A data URL of a JPEG. */
  url: string;
  source: PictureSource;
}

/** The picture as base64, for a body of JSON. */
export function contentOf({ url }: Picture): string {
  return url.slice(url.indexOf(',') + 1);
}

/** The picture as a file, for a body of its own. */
export function fileOf(picture: Picture): Blob {
  const bytes = Uint8Array.from(atob(contentOf(picture)), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: 'image/jpeg' });
}
