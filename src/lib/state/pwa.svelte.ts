import { resolve } from '$app/paths';

/** The part of workbox-window's `Workbox` that is used here; tests hand in their own. */
export interface Registrar {
	addEventListener(type: 'waiting' | 'controlling', listener: () => void): void;
	removeEventListener(type: 'waiting' | 'controlling', listener: () => void): void;
	register(): Promise<unknown>;
	messageSkipWaiting(): void;
}

/** What an installation needs of the browser around it. */
export interface Surroundings {
	/** `navigator.serviceWorker`; undefined where there is none, as on a page without https. */
	readonly container: Pick<ServiceWorkerContainer, 'controller' | 'ready'> | undefined;
	/** Where the browser's offer to install arrives: the window. */
	readonly window: EventTarget;
	/** A registrar for the service worker at this address, with this scope. */
	createRegistrar(script: string, scope: string): Promise<Registrar>;
	/** Loads the page anew. */
	reload(): void;
}

/** Chromium's offer to install; other browsers install from their own menus. */
interface InstallOffer extends Event {
	prompt(): Promise<unknown>;
}

function browser(): Surroundings {
	return {
		container: 'serviceWorker' in navigator ? navigator.serviceWorker : undefined,
		window,
		createRegistrar: async (script, scope) => {
			const { Workbox } = await import('workbox-window');
			return new Workbox(script, { scope });
		},
		reload: () => {
			location.reload();
		}
	};
}

/** Resolves once the worker is active, which it becomes only after its whole precache is stored. */
async function activated(worker: ServiceWorker): Promise<void> {
	if (worker.state === 'activated') return;
	await new Promise<void>((done) => {
		worker.addEventListener('statechange', () => {
			if (worker.state === 'activated') done();
		});
	});
}

/** This app on this device: whether it works offline, whether a newer one waits, how to install it. */
export class Installation {
	#supported = $state(false);
	#offlineReady = $state(false);
	#updateAvailable = $state(false);
	#updatedElsewhere = $state(false);
	#offer = $state.raw<InstallOffer>();

	#surroundings: Surroundings | undefined;
	#registrar: Registrar | undefined;
	#controlled = false;
	/** Saves the work; set once this page has asked for the update. */
	#beforeReload: (() => Promise<void>) | undefined;

	/** Whether this page can work offline at all; false until started. */
	get supported(): boolean {
		return this.#supported;
	}

	/** Whether everything is stored and the next load needs no network. */
	get offlineReady(): boolean {
		return this.#offlineReady;
	}

	/** Whether a newer version is stored and waits for `update`. */
	get updateAvailable(): boolean {
		return this.#updateAvailable;
	}

	/** Whether another tab has already put the newer version in force: save, then offer to reload. */
	get updatedElsewhere(): boolean {
		return this.#updatedElsewhere;
	}

	/** Whether the browser offers to install the app now. */
	get canInstall(): boolean {
		return this.#offer !== undefined;
	}

	/**
	 * Registers the service worker and listens; for `onMount`, and only once.
	 * @returns what stops the listening
	 */
	start(surroundings: Surroundings = browser()): () => void {
		this.#surroundings = surroundings;
		const { container, window } = surroundings;
		const listening = new AbortController();
		const { signal } = listening;
		const offered = (event: Event) => {
			event.preventDefault();
			this.#offer = event as InstallOffer;
		};
		window.addEventListener('beforeinstallprompt', offered, { signal });
		window.addEventListener('appinstalled', () => (this.#offer = undefined), { signal });
		if (container !== undefined) {
			this.#supported = true;
			this.#controlled = container.controller !== null;
			void this.#awaitReady(container);
			void this.#register(signal);
		}
		return () => {
			listening.abort();
		};
	}

	/**
	 * Puts the waiting version in force and reloads.
	 * @param beforeReload saves the work; it may be called twice, as work goes on while the versions
	 * change places
	 * @throws what `beforeReload` throws; then nothing has changed
	 */
	async update(beforeReload: () => Promise<void>): Promise<void> {
		await beforeReload();
		if (this.#updatedElsewhere) {
			this.#surroundings?.reload();
			return;
		}
		this.#beforeReload = beforeReload;
		this.#registrar?.messageSkipWaiting();
	}

	/** Shows the browser's own question whether to install; does nothing when it has no offer. */
	async install(): Promise<void> {
		const offer = this.#offer;
		this.#offer = undefined;
		await offer?.prompt();
	}

	async #awaitReady(container: NonNullable<Surroundings['container']>): Promise<void> {
		const { active } = await container.ready;
		if (active === null) return;
		await activated(active);
		this.#offlineReady = true;
	}

	async #register(signal: AbortSignal): Promise<void> {
		const base = resolve('/');
		const registrar = await this.#surroundings
			?.createRegistrar(`${base}sw.js`, base)
			.catch(() => undefined);
		if (registrar === undefined || signal.aborted) return;
		this.#registrar = registrar;
		const waiting = () => {
			this.#updateAvailable = true;
			// One waits behind another that has claimed this page, perhaps before anyone listened here.
			this.#controlled = true;
		};
		const controlling = () => void this.#changeHands();
		registrar.addEventListener('waiting', waiting);
		registrar.addEventListener('controlling', controlling);
		signal.addEventListener('abort', () => {
			registrar.removeEventListener('waiting', waiting);
			registrar.removeEventListener('controlling', controlling);
		});
		// Without a service worker at that address, or on a first visit cut short, the page works
		// all the same: it only never becomes ready for offline.
		await registrar.register().catch(() => undefined);
	}

	/** A service worker took control: the first one on this page, or a newer one. */
	async #changeHands(): Promise<void> {
		if (!this.#controlled) {
			this.#controlled = true;
			return;
		}
		this.#updateAvailable = false;
		this.#updatedElsewhere = true;
		if (this.#beforeReload === undefined) return;
		// What cannot be saved is not reloaded away: the page goes on and offers the reload again.
		const saved = await this.#beforeReload().then(
			() => true,
			() => false
		);
		if (saved) this.#surroundings?.reload();
	}
}
