// Adds up the JavaScript that a clerk's first screen fetches, compressed, and fails above the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 150_000;
const home = 'src/features/home/home-page.tsx';
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const words = Object.keys(manifest).filter((key) => /i18n\/(locales|ui)\/nl\.json$/.test(key));
const page = Object.keys(manifest).filter((key) => key === home);

const files = new Set();
function take(key) {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  if (chunk.file.endsWith('.js')) files.add(chunk.file);
  chunk.imports?.forEach(take);
}
[entry, ...words, ...page].forEach(take);

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  together, of ${budget / 1000} kB`);
if (total > budget) {
  console.error('The first load is over its budget: load something later, or leave it out.');
  process.exit(1);
}
