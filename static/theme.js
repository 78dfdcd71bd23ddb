try {
	const theme = localStorage.getItem('sketchgrad:theme');
	if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
	// Storage is blocked: the system decides.
}
