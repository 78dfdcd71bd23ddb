import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Driver } from './driver';
import { end, startScreen } from './processes';

/** What the driver answers: a value, or in it what went wrong. */
interface Answer {
	readonly value: unknown;
}

interface Failure {
	readonly error: string;
	readonly message: string;
}

/** The keys that WebDriver has no character for, by their names in a keyboard event. */
const keyCodes: Readonly<Record<string, string>> = {
	Enter: '\uE007',
	Tab: '\uE004',
	Escape: '\uE00C',
	Delete: '\uE017',
	Home: '\uE011',
	ArrowLeft: '\uE012',
	ArrowUp: '\uE013',
	ArrowRight: '\uE014',
	ArrowDown: '\uE015'
};

/** Tries to reach the driver so often, with so many milliseconds between. */
const patience = { tries: 200, pause: 50 } as const;

/** Starts WebKitGTK's own small browser by plain WebDriver, on a screen that nobody sees. No profile outlives it. */
export async function launchWebKit(programs: { driver: string; display: string }): Promise<Driver> {
	const screen = await startScreen(programs.display);
	const port = await freePort();
	const driver = spawn(programs.driver, [`--port=${port}`], {
		env: { ...process.env, DISPLAY: screen.display },
		stdio: 'ignore'
	});
	const stop = async () => {
		await end(driver);
		await end(screen.process);
	};
	try {
		const ask = caller(`http://127.0.0.1:${port}`);
		await answers(ask);
		const { sessionId } = (await ask('POST', '/session', { capabilities: {} })) as {
			sessionId: string;
		};
		return new WebDriverPage(
			(method, path, body) => ask(method, `/session/${sessionId}${path}`, body),
			stop
		);
	} catch (error) {
		await stop();
		throw error;
	}
}

type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

class WebDriverPage implements Driver {
	readonly #ask: Ask;
	readonly #stop: () => Promise<void>;

	constructor(ask: Ask, stop: () => Promise<void>) {
		this.#ask = ask;
		this.#stop = stop;
	}

	async goto(url: string): Promise<void> {
		// The page that is there would be kept when only the hash differs.
		await this.#ask('POST', '/url', { url: 'about:blank' });
		await this.#ask('POST', '/url', { url });
	}

	async evaluate<Parameters extends unknown[], Result>(
		work: (...parameters: Parameters) => Result | Promise<Result>,
		...parameters: Parameters
	): Promise<Result> {
		const script = `const done = arguments[1];
			Promise.resolve().then(() => (${work.toString()})(...arguments[0])).then(
				(result) => done({ result }),
				(error) => done({ error: String(error) })
			);`;
		const answer = (await this.#ask('POST', '/execute/async', { script, args: [parameters] })) as
			{ result: Result } | { error: string };
		if ('error' in answer) throw new Error(answer.error);
		return answer.result;
	}

	async click(x: number, y: number): Promise<void> {
		await this.#act({
			type: 'pointer',
			id: 'mouse',
			parameters: { pointerType: 'mouse' },
			actions: [
				{ type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) },
				{ type: 'pointerDown', button: 0 },
				{ type: 'pointerUp', button: 0 }
			]
		});
	}

	async press(keys: readonly string[]): Promise<void> {
		const actions = keys.flatMap((key) => {
			const value = keyCodes[key] ?? key;
			return [
				{ type: 'keyDown', value },
				{ type: 'keyUp', value }
			];
		});
		await this.#act({ type: 'key', id: 'keyboard', actions });
	}

	async resize(width: number, height: number): Promise<void> {
		const frame = await this.evaluate(() => [outerWidth - innerWidth, outerHeight - innerHeight]);
		const [besides, above] = frame as [number, number];
		const outer = { width: width + besides, height: height + above };
		await this.#ask('POST', '/window/rect', { x: 0, y: 0, ...outer });
	}

	async screenshot(): Promise<Uint8Array> {
		return Buffer.from((await this.#ask('GET', '/screenshot')) as string, 'base64');
	}

	/** WebKit keeps the console of a page that is driven to itself: see `webkitConsole.ts`. */
	errors(): readonly string[] {
		return [];
	}

	async close(): Promise<void> {
		try {
			await this.#ask('DELETE', '');
		} finally {
			await this.#stop();
		}
	}

	async #act(source: object): Promise<void> {
		await this.#ask('POST', '/actions', { actions: [source] });
	}
}

function caller(address: string): Ask {
	return async (method, path, body) => {
		const content = body === undefined ? {} : { body: JSON.stringify(body) };
		const response = await fetch(address + path, { method, ...content });
		const { value } = (await response.json()) as Answer;
		if (response.ok) return value;
		const { error, message } = value as Failure;
		throw new Error(`WebDriver, ${method} ${path}: ${error}: ${message}`);
	};
}

async function answers(ask: Ask): Promise<void> {
	for (let left: number = patience.tries; ; left--) {
		try {
			await ask('GET', '/status');
			return;
		} catch (error) {
			if (left === 0) throw error;
			await pause(patience.pause);
		}
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
