/** The size of a picture that is kept: the shape of the photo on an eID. */
export const KEPT = { width: 420, height: 600 };

/** More is not needed to cut from, and would fill the memory of a small computer. */
const LARGEST_SIDE = 2400;

/** How a picture is cut: how near, and which part; from -1, left or top, to 1. */
export interface Cut {
  zoom: number;
  x: number;
  y: number;
}

/** The middle, as large as the shape allows. */
export const whole: Cut = { zoom: 1, x: 0, y: 0 };

interface Size {
  width: number;
  height: number;
}

/** The part of a picture that is kept. */
export function partOf(picture: Size, { zoom, x, y }: Cut): Size & { left: number; top: number } {
  const scale = Math.max(KEPT.width / picture.width, KEPT.height / picture.height) * zoom;
  const width = KEPT.width / scale;
  const height = KEPT.height / scale;
  return {
    left: ((picture.width - width) * (1 + x)) / 2,
    top: ((picture.height - height) * (1 + y)) / 2,
    width,
    height,
  };
}

/** The cut after its picture was dragged by so many pixels of the kept one. */
export function dragged(picture: Size, cut: Cut, by: { x: number; y: number }): Cut {
  const part = partOf(picture, cut);
  const room = { x: picture.width - part.width, y: picture.height - part.height };
  const scale = part.width / KEPT.width;
  return {
    zoom: cut.zoom,
    x: room.x > 0 ? within(cut.x - (2 * by.x * scale) / room.x) : 0,
    y: room.y > 0 ? within(cut.y - (2 * by.y * scale) / room.y) : 0,
  };
}

/** Draws the part that is kept, as large as it is kept. */
export function draw(canvas: HTMLCanvasElement, picture: HTMLCanvasElement, cut: Cut): void {
  const { left, top, width, height } = partOf(picture, cut);
  canvas.width = KEPT.width;
  canvas.height = KEPT.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.imageSmoothingQuality = 'high';
  // What is see-through in a PNG would be black in a JPEG.
  context.fillStyle = 'white';
  context.fillRect(0, 0, KEPT.width, KEPT.height);
  context.drawImage(picture, left, top, width, height, 0, 0, KEPT.width, KEPT.height);
}

/** A picture on a canvas of its own, not larger than is needed, turned a quarter to the right so many times. */
export function onCanvas(
  picture: CanvasImageSource,
  { width, height }: Size,
  quarters: 0 | 1 = 0,
): HTMLCanvasElement {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  const drawn = { width: Math.round(width * scale), height: Math.round(height * scale) };
  canvas.width = quarters ? drawn.height : drawn.width;
  canvas.height = quarters ? drawn.width : drawn.height;
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((quarters * Math.PI) / 2);
  context.drawImage(picture, -drawn.width / 2, -drawn.height / 2, drawn.width, drawn.height);
  return canvas;
}

function within(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
