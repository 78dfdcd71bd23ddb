import { limits } from '../../src/lib/experiment/limits';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

const last = limits.step.max;

test('a run ends at the last step that is counted, says so, and loses nothing', async ({
	page
}) => {
	const playground = new Playground(page);
	const status = page.getByTestId('status');
	await playground.open();
	await playground.runTo(300);
	// The run that is kept here goes on shortly before the end, once the page is loaded anew.
	await page.evaluate(
		(step) =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open('sketchgrad/');
				opening.onerror = () => reject(opening.error!);
				opening.onsuccess = () => {
					const transaction = opening.result.transaction('works', 'readwrite');
					const store = transaction.objectStore('works');
					const all = store.getAll() as IDBRequest<{ checkpoint: object }[]>;
					all.onsuccess = () => {
						const [record] = all.result;
						const checkpoint = { ...record!.checkpoint, step, epoch: step };
						store.put({ ...record, checkpoint, history: [] });
					};
					transaction.oncomplete = () => {
						opening.result.close();
						resolve();
					};
				};
			}),
		last - 2000
	);
	await playground.reload();
	await playground.expectStep(last - 2000);
	await expect(playground.button('Play')).toBeEnabled();
	await playground.press('Play');
	await playground.expectStep(last);
	await playground.expectState('paused');
	const sentence = /^This run is at the last step that Sketchgrad counts to\. Its weights are kept/;
	await expect(status).toHaveText(sentence);
	await expect(status).toBeVisible();
	for (const name of ['Play', 'Step']) await expect(playground.button(name)).toBeDisabled();
	await playground.enter('Run to step', last);
	await playground.frames();
	await playground.expectState('paused');

	// What can be edited in mid-run still can, and the weights stay.
	const output = await playground.outputAt(0.5, 0.5);
	await playground.enter('Learning rate', 0.01);
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.expectPoints(101);
	await expect(page.getByRole('alert')).toHaveCount(0);
	expect(await playground.outputAt(0.5, 0.5)).toBe(output);
	const before = await playground.readouts();
	const address = await playground.link();

	await playground.reload();
	expect(await playground.readouts()).toEqual(before);
	expect(await playground.link()).toBe(address);
	expect(await playground.outputAt(0.5, 0.5)).toBe(output);
	await expect(page.getByRole('alert')).toHaveCount(0);
	await expect(status).toHaveText(sentence);

	await playground.press('Reset');
	await playground.expectState('idle');
	await expect(status).not.toHaveText(sentence);
	await playground.runTo(3);
});
