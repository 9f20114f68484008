/** A part of a list, and how many lines of the list come before it. */
export interface Batch {
  text: string;
  before: number;
}

/** Cuts a list into parts of so many lines, so that one can say how far one is. */
export function batches(list: string, size: number): Batch[] {
  const lines = list.split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1)?.trim() === '') lines.pop();
  const out: Batch[] = [];
  for (let before = 0; before < lines.length; before += size)
    out.push({ text: lines.slice(before, before + size).join('\n'), before });
  // A part without a single value is no list.
  return out.filter(({ text }, at) => at === 0 || text.trim() !== '');
}
