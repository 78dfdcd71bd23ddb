import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { serve } from '../support/serve.mjs';
import { end, startScreen } from './processes';

const build = fileURLToPath(new URL('../../build/', import.meta.url));

/** A page that holds the app in a frame, uses it, and says in the console that it is through. */
const watcher = `<!doctype html>
<title>Watch</title>
<iframe src="app/" width="1366" height="657"></iframe>
<script type="module">
	const page = () => document.querySelector('iframe').contentDocument;
	const until = async (find) => {
		for (;;) {
			const found = page()?.body && find(page());
			if (found) return found;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	};
	const named = (selector, name) => (page) =>
		[...page.querySelectorAll(selector)].find((element) => element.textContent.trim() === name);
	await until((page) => page.body.innerText.includes('Ready offline'));
	(await until((page) => page.querySelector('button[aria-label="Step"]:enabled'))).click();
	await until((page) => page.querySelector('[data-testid="step"][data-value="1"]'));
	(await until(named('a', 'Look inside'))).click();
	for (const tab of ['Network', 'Neuron', 'Backprop', 'How it runs', 'Graph']) {
		(await until(named('[role="tab"]', tab))).click();
		await until((page) => named('[role="tab"][aria-selected="true"]', tab)(page));
	}
	await until((page) => page.querySelector('[data-testid="graph"][data-settled="true"]'));
	console.log('watched');
</script>`;

/**
 * What WebKit logs as an error while the app is loaded and used. Its driver does not tell, so this is the browser without it,
 * with a profile for this once.
 */
export async function webkitErrors(programs: {
	browser: string;
	display: string;
}): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), 'sketchgrad-webkit-'));
	const directory = join(folder, 'site');
	await cp(build, join(directory, 'app'), { recursive: true });
	await writeFile(join(directory, 'index.html'), watcher);
	// In a frame, which the policy that a host should send forbids.
	const server = await serve({ directory, policy: false });
	const screen = await startScreen(programs.display);
	const browser = spawn(
		programs.browser,
		['--enable-write-console-messages-to-stdout=true', server.url],
		{
			env: {
				...process.env,
				DISPLAY: screen.display,
				XDG_DATA_HOME: join(folder, 'data'),
				XDG_CACHE_HOME: join(folder, 'cache'),
				XDG_CONFIG_HOME: join(folder, 'config')
			},
			stdio: ['ignore', 'ignore', 'pipe']
		}
	);
	try {
		const errors: string[] = [];
		for await (const line of createInterface(browser.stderr)) {
			if (/CONSOLE [A-Z ]*ERROR/.test(line)) errors.push(line);
			if (/CONSOLE LOG watched/.test(line)) return errors;
		}
		throw new Error('WebKit ended before the page was through.');
	} finally {
		await end(browser);
		await end(screen.process);
		await server.close();
		await rm(folder, { recursive: true, force: true });
	}
}
