// The choices made in the top bar, put on the root before anything is drawn. src/app/theme.ts writes them.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem('openbalie.theme');
  const contrast = localStorage.getItem('openbalie.contrast');
  const system = matchMedia('(prefers-contrast: more)').matches;
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  root.dataset.contrast = contrast === 'more' || (contrast !== 'less' && system) ? 'more' : 'normal';
} catch {
  // A browser without storage follows the system.
}
