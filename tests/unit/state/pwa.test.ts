import { describe, expect, it, vi } from 'vitest';
import { Installation, type Registrar, type Surroundings } from '$lib/state/pwa.svelte';

class FakeRegistrar extends EventTarget implements Registrar {
	register = vi.fn(() => Promise.resolve());
	messageSkipWaiting = vi.fn();
}

class FakeWorker extends EventTarget {
	state: ServiceWorkerState = 'activating';
	become(state: ServiceWorkerState): void {
		this.state = state;
		this.dispatchEvent(new Event('statechange'));
	}
}

/** Lets everything that is pending run. */
const settle = () => new Promise((done) => setTimeout(done));

function surround({ controlled = false, supported = true } = {}) {
	const registrar = new FakeRegistrar();
	const worker = new FakeWorker();
	const window = new EventTarget();
	const reload = vi.fn();
	const createRegistrar = vi.fn(() => Promise.resolve(registrar));
	const container = {
		controller: controlled ? worker : null,
		ready: Promise.resolve({ active: worker })
	} as unknown as NonNullable<Surroundings['container']>;
	const surroundings: Surroundings = {
		container: supported ? container : undefined,
		window,
		createRegistrar,
		reload
	};
	return { registrar, worker, window, reload, createRegistrar, surroundings };
}

async function started(options: Parameters<typeof surround>[0] = {}) {
	const around = surround(options);
	const installation = new Installation();
	const stop = installation.start(around.surroundings);
	await settle();
	return { ...around, installation, stop };
}

describe('ready offline', () => {
	it('is said only once the worker is activated', async () => {
		const { installation, worker } = await started();
		expect(installation.supported).toBe(true);
		expect(installation.offlineReady).toBe(false);
		worker.become('activated');
		await settle();
		expect(installation.offlineReady).toBe(true);
	});

	it('is never said of a worker that failed', async () => {
		const { installation, worker } = await started();
		worker.become('redundant');
		await settle();
		expect(installation.offlineReady).toBe(false);
	});

	it('is not promised where there are no service workers', async () => {
		const { installation, createRegistrar } = await started({ supported: false });
		expect(installation.supported).toBe(false);
		expect(installation.offlineReady).toBe(false);
		expect(createRegistrar).not.toHaveBeenCalled();
	});

	it('survives a registrar that cannot be fetched', async () => {
		const { surroundings, createRegistrar } = surround();
		createRegistrar.mockRejectedValue(new TypeError('offline'));
		const installation = new Installation();
		installation.start(surroundings);
		await settle();
		expect(installation.updateAvailable).toBe(false);
	});

	it('survives a registration that is refused', async () => {
		const around = surround();
		around.registrar.register.mockRejectedValue(new TypeError('not found'));
		new Installation().start(around.surroundings);
		await settle();
		expect(around.registrar.register).toHaveBeenCalledOnce();
	});
});

describe('an update', () => {
	it('saves first, then lets the new version in, saves again and reloads', async () => {
		const { installation, registrar, reload } = await started({ controlled: true });
		registrar.dispatchEvent(new Event('waiting'));
		expect(installation.updateAvailable).toBe(true);
		const order: string[] = [];
		registrar.messageSkipWaiting.mockImplementation(() => order.push('skip waiting'));
		reload.mockImplementation(() => order.push('reload'));
		await installation.update(async () => {
			await settle();
			order.push('saved');
		});
		registrar.dispatchEvent(new Event('controlling'));
		await settle();
		await settle();
		expect(order).toEqual(['saved', 'skip waiting', 'saved', 'reload']);
	});

	it('reloads a page whose first worker claimed it before anyone listened', async () => {
		const { installation, registrar, reload } = await started({ controlled: false });
		registrar.dispatchEvent(new Event('waiting'));
		await installation.update(() => Promise.resolve());
		registrar.dispatchEvent(new Event('controlling'));
		await settle();
		expect(reload).toHaveBeenCalledOnce();
	});

	it('changes nothing when the work cannot be saved', async () => {
		const { installation, registrar, reload } = await started({ controlled: true });
		registrar.dispatchEvent(new Event('waiting'));
		await expect(installation.update(() => Promise.reject(new Error('full')))).rejects.toThrow(
			'full'
		);
		expect(registrar.messageSkipWaiting).not.toHaveBeenCalled();
		expect(reload).not.toHaveBeenCalled();
		expect(installation.updateAvailable).toBe(true);
	});

	it('does not reload away what came after and cannot be saved', async () => {
		const { installation, registrar, reload } = await started({ controlled: true });
		const save = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockRejectedValue(Error());
		await installation.update(save);
		registrar.dispatchEvent(new Event('controlling'));
		await settle();
		expect(save).toHaveBeenCalledTimes(2);
		expect(reload).not.toHaveBeenCalled();
		expect(installation.updatedElsewhere).toBe(true);
	});

	it('accepted in another tab reloads nothing, until this page asks', async () => {
		const { installation, registrar, reload } = await started({ controlled: true });
		registrar.dispatchEvent(new Event('controlling'));
		await settle();
		expect(installation.updatedElsewhere).toBe(true);
		expect(reload).not.toHaveBeenCalled();
		const save = vi.fn(() => Promise.resolve());
		await installation.update(save);
		expect(save).toHaveBeenCalledOnce();
		expect(reload).toHaveBeenCalledOnce();
	});

	it('is not what the first worker is, but what its successor is', async () => {
		const { installation, registrar } = await started();
		registrar.dispatchEvent(new Event('controlling'));
		expect(installation.updatedElsewhere).toBe(false);
		registrar.dispatchEvent(new Event('controlling'));
		expect(installation.updatedElsewhere).toBe(true);
	});
});

describe('installing', () => {
	it('keeps the offer until it is used', async () => {
		const { installation, window } = await started();
		expect(installation.canInstall).toBe(false);
		const prompt = vi.fn(() => Promise.resolve());
		const offer = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
		window.dispatchEvent(offer);
		expect(offer.defaultPrevented).toBe(true);
		expect(installation.canInstall).toBe(true);
		await installation.install();
		expect(prompt).toHaveBeenCalledOnce();
		expect(installation.canInstall).toBe(false);
	});

	it('hears nothing after it was stopped', async () => {
		const { installation, registrar, stop } = await started({ controlled: true });
		stop();
		registrar.dispatchEvent(new Event('waiting'));
		expect(installation.updateAvailable).toBe(false);
	});
});
