import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Device } from '../../support/device';
import { drawnExperiment, scatteredPoints } from '../../support/experiments';
import {
	endDevice,
	freshDevice,
	recordAt,
	seeded,
	shelf,
	shelve,
	whole,
	workAt,
	worksIn
} from '../../support/works';

let device: Device;

beforeEach(() => {
	device = freshDevice();
});
afterEach(endDevice);

describe('something that is opened over the work', () => {
	it('is a new work that only a reload finds before it is touched, and the former stays', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(4, seeded(1)), true);
		device.time += 10;
		works.startNew(presets.spiral);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
		const [former, ...others] = await works.list();
		expect(others).toEqual([]);
		expect(former).toMatchObject({ title: 'Moons, 2-8-8-1', step: 4, updated: device.time - 10 });
		const reloaded = worksIn(tab.reload());
		expect(await reloaded.resume()).toEqual({
			experiment: presets.spiral,
			checkpoint: null,
			history: [],
			damage: null
		});
	});

	it('lets another tab continue the former', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(4, seeded(1)), true);
		await works.flush();
		const [{ id }] = (await shelf()) as [{ id: string }];
		expect(device.locks.isHeld(`sketchgrad-work-${id}`)).toBe(true);
		works.startNew(presets.xor);
		await works.flush();
		await vi.waitFor(() => {
			expect(device.locks.isHeld(`sketchgrad-work-${id}`)).toBe(false);
		});
	});

	it('stores what the former had still to write', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(1), true);
		works.save(workAt(2), false);
		works.startNew(presets.xor);
		await works.flush();
		expect(await works.list()).toMatchObject([{ step: 2 }]);
	});

	it('leaves nothing behind of a first visit that changed nothing', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.startNew(presets.xor);
		await works.flush();
		expect(await works.list()).toEqual([]);
	});

	it('is not undone by a slower opening before it', async () => {
		await shelve(recordAt('old', 1, workAt(2)));
		const works = worksIn(device.tab());
		const resuming = works.resume();
		works.startNew(presets.xor);
		expect(await resuming).toBeNull();
		works.save({ experiment: presets.circle, checkpoint: null, history: [] }, true);
		await works.flush();
		expect(await works.list()).toMatchObject([{ id: 'old', step: 2 }]);
	});
});

describe('the list of works', () => {
	it('has titles and times, newest first, without the open one', async () => {
		const drawn = drawnExperiment(3);
		const grown: Experiment = {
			...defaultExperiment,
			hiddenLayers: [],
			events: [{ step: 1, change: { splice: { at: 0, remove: 100, insert: scatteredPoints(1) } } }]
		};
		await shelve(
			recordAt('a', 10, workAt(0, drawn)),
			recordAt('b', 30, workAt(0, presets.notebook)),
			recordAt('c', 20, workAt(0, grown)),
			recordAt('d', 40)
		);
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.list()).toEqual([
			{ id: 'b', title: 'Notebook, 2-16-16-1', step: 0, updated: 30 },
			{ id: 'c', title: '1 drawn point, 2-1', step: 0, updated: 20 },
			{ id: 'a', title: '3 drawn points, 2-8-8-1', step: 0, updated: 10 }
		]);
	});

	it('opens a work itself, and the former stays', async () => {
		await shelve(recordAt('a', 1, workAt(3)), recordAt('b', 2, workAt(4)));
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.open('a')).toEqual(whole(workAt(3)));
		works.save(workAt(5), true);
		await works.flush();
		expect(await works.list()).toMatchObject([{ id: 'b', step: 4 }]);
		expect(await works.open('b')).toEqual(whole(workAt(4)));
		expect(await works.list()).toMatchObject([{ id: 'a', step: 5 }]);
		expect(await shelf()).toHaveLength(2);
	});

	it('opens a copy of what another tab has open', async () => {
		await shelve(recordAt('a', 1, workAt(3)), recordAt('b', 2, workAt(4)));
		const first = worksIn(device.tab());
		await first.resume();
		const second = worksIn(device.tab());
		await second.resume();
		await second.open('a');
		expect(await first.open('a')).toEqual(whole(workAt(3)));
		first.save(workAt(9), true);
		second.save(workAt(8), true);
		await Promise.all([first.flush(), second.flush()]);
		expect(await shelf()).toHaveLength(3);
	});

	it('can go back at once to what was left', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		const [{ id }] = (await shelf()) as [{ id: string }];
		works.startNew(presets.xor);
		expect(await works.open(id)).toEqual(whole(workAt(1)));
		works.save(workAt(2), true);
		await works.flush();
		expect(await shelf()).toMatchObject([{ id, checkpoint: { step: 2 } }]);
	});

	it('does nothing for the work that is open, and says when one is gone', async () => {
		await shelve(recordAt('a', 1));
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.open('a')).toBeNull();
		await expect(works.open('gone')).rejects.toBeInstanceOf(InvalidExperiment);
		works.save(workAt(2), true);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
	});
});
