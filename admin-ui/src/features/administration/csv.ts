/** A column of values as a file that every spreadsheet opens. */
export function csvOf(title: string, values: readonly string[]): string {
  return [title, ...values].map((value) => `"${value.replaceAll('"', '""')}"\r\n`).join('');
}

/** The name of a file out of words: `Nieuwe inwoners` becomes `nieuwe-inwoners.csv`. */
export function fileName(...words: string[]): string {
  const plain = words.join(' ').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return `${plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}.csv`;
}

/** Hands a text over as a download. */
export function download(name: string, text: string): void {
  // The mark in front tells Excel that it is UTF-8.
  const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}
