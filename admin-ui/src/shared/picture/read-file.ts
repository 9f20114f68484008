import { onCanvas } from './crop';

/** A file from a telephone is smaller; a larger one is no photo of a face. */
const LARGEST_FILE = 20 << 20;

/** What files may be chosen; the back end keeps the JPEG that is cut from them. */
export const pictureTypes = 'image/jpeg,image/png,image/webp';

/** Why a file is no picture that can be used. */
export type FileProblem = 'size' | 'type';

/** Reads a file as a picture, upright as its camera was held. */
export async function readPicture(file: File): Promise<HTMLCanvasElement | FileProblem> {
  if (file.size > LARGEST_FILE) return 'size';
  try {
    const bitmap = await createImageBitmap(file);
    const canvas = onCanvas(bitmap, bitmap);
    bitmap.close();
    return canvas;
  } catch {
    return 'type';
  }
}
