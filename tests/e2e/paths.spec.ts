import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Playground } from '../support/page';
import { serve } from '../support/serve.mjs';
import { expect, test } from '../support/test';

const build = fileURLToPath(new URL('../../build/', import.meta.url));

test('copies at two paths of one host keep their works apart, offline too', async ({ page }) => {
	const directory = await mkdtemp(join(tmpdir(), 'sketchgrad-paths-'));
	await cp(build, join(directory, 'a', 'b'), { recursive: true });
	await cp(build, join(directory, 'repo'), { recursive: true });
	await cp(join(build, 'index.html'), join(directory, 'index.html'));
	const server = await serve({ directory });
	try {
		const playground = new Playground(page);
		const paths = ['repo/', 'a/b/', 'repo/index.html'];
		const [repository, deep, named] = paths.map((path) => server.url + path) as [
			string,
			string,
			string
		];
		await playground.open(repository);
		await playground.runTo(7);
		await expect(page.getByText('Ready offline')).toBeVisible();
		await playground.open(deep);
		await playground.expectState('idle');
		await expect(await playground.recent()).toHaveCount(0);
		await playground.press('Close');
		await playground.runTo(9);
		await expect(page.getByText('Ready offline')).toBeVisible();

		await playground.open(repository);
		await playground.expectStep(7);
		await expect(await playground.recent()).toHaveCount(0);
		await playground.open(named);
		await playground.expectStep(7);

		await server.close();
		await playground.open(deep);
		await playground.expectStep(9);
		await playground.runTo(12);
		await playground.open(`${deep}#preset=notebook`);
		await playground.expectState('idle');
		await playground.runTo(2);
	} finally {
		await server.close().catch(() => undefined);
		await rm(directory, { recursive: true, force: true });
	}
});
