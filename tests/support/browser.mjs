/**
 * The one place that knows which browsers the tests and scripts drive, and how Chromium is started.
 * Run as a program it makes sure that there is a Chromium, and prints its path.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';

const root = process.getuid?.() === 0;

const systemNames = [
	'chromium',
	'chromium-browser',
	'google-chrome-stable',
	'google-chrome',
	'chrome'
];
const firefoxNames = ['firefox', 'firefox-esr'];
const systemPaths = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'
];
const firefoxPaths = [
	'/Applications/Firefox.app/Contents/MacOS/firefox',
	'C:\\Program Files\\Mozilla Firefox\\firefox.exe'
];

/**
 * @param {readonly string[]} names of programs
 * @returns {string[]} where they may be, in the order of the names
 */
function inPath(names) {
	const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
	return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * A file is a browser only if it starts: distributions ship stubs of these names, and a downloaded
 * browser may lack its libraries. (On Windows the question opens a window, so it is not asked.)
 * @param {string} path
 */
function runs(path) {
	if (!existsSync(path)) return false;
	if (process.platform === 'win32') return true;
	return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/**
 * The browser that is here already: `CHROMIUM_PATH`, else Playwright's own, else one of the system.
 * @returns {string | undefined} its path; undefined if there is none
 * @throws {Error} if `CHROMIUM_PATH` names something that does not start
 */
export function findBrowser() {
	const named = process.env['CHROMIUM_PATH'];
	if (named !== undefined && named !== '') {
		// Whoever starts many processes asks once: `ensureBrowser` leaves the verified path behind.
		if (process.env['CHROMIUM_VERIFIED'] === named || runs(named)) return named;
		throw new Error(`CHROMIUM_PATH is "${named}", which does not start as a browser.`);
	}
	return [chromium.executablePath(), ...inPath(systemNames), ...systemPaths].find(runs);
}

/**
 * The Firefox that is here: `FIREFOX_PATH`, else one of the system.
 * @returns {string | undefined} its path; undefined if there is none
 * @throws {Error} if `FIREFOX_PATH` names something that does not start
 */
export function findFirefox() {
	const named = process.env['FIREFOX_PATH'];
	if (named === undefined || named === '') {
		return [...inPath(firefoxNames), ...firefoxPaths].find(runs);
	}
	if (runs(named)) return named;
	throw new Error(`FIREFOX_PATH is "${named}", which does not start as a browser.`);
}

/**
 * The WebDriver of WebKitGTK, its small browser, and the X server that this is shown on.
 * @returns {{ driver: string, browser: string, display: string } | undefined} their paths; undefined if one is missing
 */
export function findWebKit() {
	const driver = inPath(['WebKitWebDriver']).find(existsSync);
	const display = inPath(['Xvfb']).find(existsSync);
	if (driver === undefined || display === undefined) return undefined;
	// Distributions keep it with the library, which some of them have in a folder for each kind of processor.
	const folders = [
		'/usr/libexec',
		'/usr/lib',
		...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))
	];
	const browser = folders
		.flatMap((folder) =>
			['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map((library) =>
				join(folder, library, 'MiniBrowser')
			)
		)
		.find(existsSync);
	return browser === undefined ? undefined : { driver, browser, display };
}

/**
 * @param {string} command
 * @param {string[]} parameters
 */
function attempt(command, parameters) {
	console.log(`No Chromium yet; trying: ${command} ${parameters.join(' ')}`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	return spawnSync(command, parameters, { stdio: 'inherit', env, timeout: 900_000 }).status === 0;
}

/**
 * Finds a browser or installs one, and remembers its path for this process and its children.
 * @returns {string} its path
 * @throws {Error} if there is none and none can be installed; the message says what to do
 */
export function ensureBrowser() {
	const playwright = createRequire(import.meta.url).resolve('playwright/package.json');
	const cli = join(dirname(playwright), 'cli.js');
	const debian = root && existsSync('/usr/bin/apt-get');
	/** @type {(() => unknown)[]} */
	const attempts = [() => attempt(process.execPath, [cli, 'install', 'chromium'])];
	if (debian) {
		attempts.push(
			() => attempt(process.execPath, [cli, 'install-deps', 'chromium']),
			() =>
				attempt('apt-get', ['update']) &&
				attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
		);
	}
	let path = findBrowser();
	for (const install of attempts) {
		if (path !== undefined) break;
		install();
		path = findBrowser();
	}
	if (path === undefined) {
		throw new Error(
			'No Chromium was found and none could be installed. ' +
				'Install Chromium or Chrome, or set CHROMIUM_PATH to the program, and run this again.'
		);
	}
	process.env['CHROMIUM_PATH'] = path;
	process.env['CHROMIUM_VERIFIED'] = path;
	return path;
}

/**
 * How every test and script starts the browser. Only root goes without the sandbox, which refuses
 * to run there; the rest keeps the browser from calling home, for closed networks.
 * @returns {{ executablePath?: string, chromiumSandbox: boolean, args: string[] }}
 */
export function launchOptions() {
	const executablePath = findBrowser();
	return {
		...(executablePath === undefined ? {} : { executablePath }),
		chromiumSandbox: !root,
		args: [
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--no-first-run'
		]
	};
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(ensureBrowser());
