// Before the first paint: the theme that was chosen on this device. Kept by app/preferences/kept-theme.ts.
try {
  const theme = localStorage.getItem('hygie-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Nothing is kept here: the theme of the system.
}
