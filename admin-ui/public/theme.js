// The choice made in the top bar, put on the root before anything is drawn. src/app/theme.ts writes it.
try {
  const theme = localStorage.getItem('openbalie.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A browser without storage follows the system.
}
