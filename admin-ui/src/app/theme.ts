import { remembered } from '@/shared/ui/remembered';

/* How the app looks in this browser. public/theme.js puts the same choices on the root before the first paint. */

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const theme = remembered<Theme>('openbalie.theme', themes, 'auto');
const contrast = remembered<'auto' | 'more' | 'less'>('openbalie.contrast', ['auto', 'more', 'less'], 'auto');

const wantsContrast = () => window.matchMedia('(prefers-contrast: more)');

export function useTheme() {
  return [theme.use(), chooseTheme] as const;
}

/** Whether high contrast is on, by the clerk's choice or by the system's. */
export function useContrast() {
  const choice = contrast.use();
  const on = choice === 'more' || (choice === 'auto' && wantsContrast().matches);
  return [on, chooseContrast] as const;
}

function chooseTheme(choice: Theme) {
  theme.set(choice);
  const root = document.documentElement;
  if (choice === 'auto') delete root.dataset.theme;
  else root.dataset.theme = choice;
}

function chooseContrast(on: boolean) {
  contrast.set(on ? 'more' : 'less');
  applyContrast();
}

function applyContrast() {
  const choice = contrast.read();
  const on = choice === 'more' || (choice === 'auto' && wantsContrast().matches);
  document.documentElement.dataset.contrast = on ? 'more' : 'normal';
}

/** Follows the system while the app is open. */
export function followSystemContrast() {
  const media = wantsContrast();
  media.addEventListener('change', applyContrast);
  return () => {
    media.removeEventListener('change', applyContrast);
  };
}
