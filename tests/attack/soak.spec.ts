import { Random } from '../../src/lib/random/random';
import { report, seed, times } from '../support/attack';
import { held } from '../support/memory';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** What a person may do at any moment of a run. */
const deeds: readonly ((playground: Playground, random: Random) => Promise<void>)[] = [
	async (playground, random) => {
		const at = () => 6 * random.uniform() - 3;
		await playground.brush(random.integer(2) === 0 ? 'Class A' : 'Class B');
		await playground.drag([at(), at()], [at(), at()]);
	},
	(playground, random) => playground.enter('Learning rate', (1 + random.integer(50)) / 100),
	(playground, random) => playground.enter('L2', random.integer(3) / 1000),
	(playground, random) => playground.choose('Batch size', ['full', '10', '1'][random.integer(3)]!),
	(playground, random) => playground.dataset(['Moons', 'Circle', 'XOR'][random.integer(3)]!),
	(playground, random) => playground.slide('Speed', random.integer(7)),
	(playground) => playground.press('Reset'),
	async (playground) => {
		if (await playground.button('Undo').isEnabled()) await playground.press('Undo');
	},
	async (playground, random) => {
		await playground.go('Look inside');
		await playground.level(['Network', 'Neuron', 'Graph', 'Backprop'][random.integer(4)]!);
		await playground.frames();
		await playground.go('Playground');
	}
];

test('a long session with every kind of edit stays whole @soak', async ({ page, browser }) => {
	const minutes = times(10, 0.2);
	test.setTimeout(minutes * 60_000 + 60_000);
	const random = new Random(seed, 'data');
	const playground = new Playground(page);
	await playground.open();
	await playground.press('Play');
	await playground.reachStep(100);
	const first = await held(page);
	const end = Date.now() + minutes * 60_000;
	let done = 0;
	while (Date.now() < end) {
		await deeds[random.integer(deeds.length)]!(playground, random);
		const state = (await page.locator('body').getAttribute('data-state'))!;
		expect(['playing', 'paused', 'idle', 'diverged']).toContain(state);
		if (state === 'diverged') await playground.press('Reset');
		if (state !== 'playing') await playground.press('Play');
		await playground.frames(random.integer(30));
		done++;
	}
	// From the start, or another browser would have to repeat hundreds of millions of steps.
	await playground.slide('Speed', 6);
	await playground.press('Reset', 'Play');
	await playground.reachStep(1000);
	await playground.pause();
	const last = await held(page);
	expect(last.listeners - first.listeners).toBeLessThan(100);
	expect(last.megabytes - first.megabytes).toBeLessThan(20);

	// Another browser repeats the run from its link.
	const [readouts, link] = [await playground.readouts(), await playground.link()];
	const elsewhere = await browser.newContext();
	const repeated = new Playground(await elsewhere.newPage());
	await repeated.open(link);
	await repeated.runTo(Number(readouts.step));
	expect(await repeated.readouts()).toEqual(readouts);
	await elsewhere.close();
	const grown = (last.megabytes - first.megabytes).toFixed(1);
	const listeners = `listeners ${first.listeners} to ${last.listeners}, heap +${grown} MB`;
	report({ attack: `soak of ${minutes} minutes`, attempts: done, seen: listeners });
});
