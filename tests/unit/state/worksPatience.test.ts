import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkDatabase } from '$lib/state/workStore';
import type { Device } from '../../support/device';
import { endDevice, freshDevice, seeded, shelf, workAt, worksOn } from '../../support/works';

let device: Device;

beforeEach(() => {
	device = freshDevice();
	device.patience = 50;
});
afterEach(endDevice);

describe('an older version', () => {
	/** A database whose first write breaks, as it does when the connection is lost. */
	function breaking(database: WorkDatabase, when: Promise<void>): WorkDatabase {
		let first = true;
		return new Proxy(database, {
			get: (target, key) => {
				const value: unknown = Reflect.get(target, key);
				if (typeof value !== 'function') return value;
				return (...parameters: unknown[]) => {
					const writes = key === 'transaction' && parameters[1] === 'readwrite';
					if (!writes || !first) return Reflect.apply(value, target, parameters) as unknown;
					first = false;
					const done = when.then(() => {
						throw new DOMException('lost', 'AbortError');
					});
					done.catch(() => undefined);
					const index = () => ({ openKeyCursor: () => Promise.resolve(null) });
					const store = { put: () => done, index };
					return { store, done, commit: () => undefined };
				};
			}
		});
	}

	it('is not tried again over a newer one that was written meanwhile', async () => {
		let breakNow: () => void;
		const broken = new Promise<void>((resolve) => (breakNow = resolve));
		const { surroundings } = device.tab();
		let opened = 0;
		const works = worksOn({
			...surroundings,
			openDatabase: async (lost) => {
				const database = await surroundings.openDatabase(lost);
				return opened++ === 0 ? breaking(database, broken) : database;
			}
		});
		await works.resume();
		works.save(workAt(1, seeded(1)), true);
		works.save(workAt(2, seeded(2)), true);
		await vi.waitFor(async () => {
			expect(await shelf()).toMatchObject([{ experiment: { seed: 2 } }]);
		});
		breakNow!();
		await works.flush();
		expect(opened).toBe(2);
		await works.list();
		expect(await shelf()).toMatchObject([{ experiment: { seed: 2 } }]);
	});
});
